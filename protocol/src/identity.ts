import { type Static, Type } from "typebox";

/** A station's name for life: 8 to 32 of `a-z0-9-`, chosen once, never reused. Source: docs/protocol-rules.md */
export const StationId = Type.String({
  pattern: "^[a-z0-9][a-z0-9-]{6,30}[a-z0-9]$",
  description: "station, 8 to 32 of a-z0-9-",
});
export type StationId = Static<typeof StationId>;

/** A node of the administrative tree: 2 to 32 of `a-z0-9-`. */
export const AreaId = Type.String({
  pattern: "^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$",
  description: "area, 2 to 32 of a-z0-9-",
});
export type AreaId = Static<typeof AreaId>;

/** A speaker line of a station, switched by its own relay, e.g. `z1`. */
export const ZoneId = Type.String({ pattern: "^[a-z0-9-]{1,16}$", description: "speaker line of a station" });
export type ZoneId = Static<typeof ZoneId>;

/** SHA-256 of an asset's bytes, 64 hexadecimal digits in lower case. */
export const Sha256 = Type.String({
  pattern: "^[0-9a-f]{64}$",
  description: "SHA-256, lower-case hexadecimal",
});
export type Sha256 = Static<typeof Sha256>;

/** An id that Loa made: broadcast, command, receipt, … */
export const Id = Type.String({ minLength: 1, maxLength: 64 });

/** Unix milliseconds in UTC, on the hub's time scale. */
export const Instant = Type.Number({ minimum: 0, description: "Unix ms, UTC" });

/** A speaker line as people know it. `horns` is how many were installed. */
export const Zone = Type.Object({
  id: ZoneId,
  name: Type.String({ maxLength: 80 }),
  horns: Type.Integer({ minimum: 0, maximum: 64 }),
});
export type Zone = Static<typeof Zone>;
