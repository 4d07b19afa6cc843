import { Instant, StationId } from "@loa/protocol/identity";
import { type Static, Type } from "typebox";

const strict = { additionalProperties: false };

/** What can be asked at the pole: one JSON text on one line, over the socket `pole.sock` in the station's data folder. */
export const PoleRequest = Type.Union([
  Type.Object({ do: Type.Literal("status") }, strict),
  Type.Object(
    {
      do: Type.Literal("lock-out"),
      minutes: Type.Optional(
        Type.Number({ exclusiveMinimum: 0, maximum: 120, description: "from now; default 30" }),
      ),
    },
    strict,
  ),
  Type.Object({ do: Type.Literal("release") }, strict),
]);
export type PoleRequest = Static<typeof PoleRequest>;

/** How the station is, for who stands before it. */
export const PoleStatus = Type.Object({
  station: StationId,
  at: Instant,
  lockedOut: Type.Array(Type.Enum(["switch", "command"]), { description: "by what; empty: it is not" }),
  lockedOutUntil: Type.Union([Instant, Type.Null()], { description: "null: the switch has no time" }),
  sounding: Type.Boolean(),
});
export type PoleStatus = Static<typeof PoleStatus>;

/** The answer, one JSON text on one line; the connection then ends. */
export const PoleAnswer = Type.Union([
  Type.Object({ ok: Type.Literal(true), status: PoleStatus }),
  Type.Object({ ok: Type.Literal(false), code: Type.String(), message: Type.String() }),
]);
export type PoleAnswer = Static<typeof PoleAnswer>;

/** Name of the socket in the station's data folder. */
export const POLE_SOCKET = "pole.sock";
