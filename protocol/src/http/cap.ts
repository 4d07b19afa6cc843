import { type Static, Type } from "typebox";
import { AlertKind } from "../alert.ts";
import { Id, Instant, StationId } from "../identity.ts";
import { AlertState, Translation } from "./alerts.ts";
import { Next, PageQuery } from "./problem.ts";

/**
 * What became of a message of another system. `waiting`: for a person, or for its time (`startsAt`); `aired`: it sounds, or may still;
 * `ended`: its time is over, it was called back or replaced, or it only called others back; `ignored`: `because` says why; `invalid`:
 * `problems` say why.
 */
export const CapState = Type.Enum(["waiting", "aired", "ended", "ignored", "invalid"]);
export type CapState = Static<typeof CapState>;

/**
 * Why a message was ignored, ended or does not sound: `rule` of the source, `no-stations` within its area, `dismissed` by a person, `own`
 * message of this hub, `not-spoken` an exercise that nothing here can speak, `cancelled`, `updated`, `expired`, `cancel` it calls back.
 */
export const CapBecause = Type.Enum([
  ...["draft", "acknowledgement", "duplicate", "too-old", "expired", "superseded", "nothing-to-say"],
  ...["rule", "no-stations", "dismissed", "own", "not-spoken", "cancelled", "updated", "cancel"],
]);
export type CapBecause = Static<typeof CapBecause>;

/** A message of another system as it came, and what was made of it. What could not be read has neither sender nor words. */
export const CapMessage = Type.Object({
  id: Id,
  receivedAt: Instant,
  source: Type.String({ description: "name of the source, or of who posted it" }),
  state: CapState,
  because: Type.Optional(CapBecause),
  problems: Type.Array(Type.Object({ path: Type.String(), message: Type.String() })),
  sha256: Type.String({ description: "of the message as it came" }),
  sender: Type.Optional(Type.String()),
  senderName: Type.Optional(Type.String()),
  identifier: Type.Optional(Type.String()),
  sent: Type.Optional(Type.String({ description: "as written in the message" })),
  status: Type.Optional(Type.String()),
  msgType: Type.Optional(Type.String()),
  kind: Type.Optional(AlertKind),
  event: Type.Optional(Type.String()),
  urgency: Type.Optional(Type.String()),
  severity: Type.Optional(Type.String()),
  certainty: Type.Optional(Type.String()),
  headline: Type.Optional(Type.String()),
  text: Type.Optional(Type.String({ description: "as it is, or would be, spoken" })),
  language: Type.Optional(Type.String()),
  translations: Type.Array(Translation, { description: "spoken after it" }),
  languages: Type.Array(Type.String(), { description: "languages of the message" }),
  areas: Type.Array(Type.String(), { description: "as the message describes them" }),
  unknownGeocodes: Type.Array(Type.Object({ valueName: Type.String(), value: Type.String() })),
  stations: Type.Array(Type.Object({ stationId: StationId, name: Type.String() }), {
    description: "that it reaches, at most 20 of them",
  }),
  stationCount: Type.Integer(),
  postedBy: Type.Optional(
    Type.Object(
      { id: Id, name: Type.String() },
      { description: "who posted it by hand: it is their own proposal" },
    ),
  ),
  startsAt: Type.Optional(Instant),
  airs: Type.Optional(
    Type.Enum(["by-rule", "confirmed", "asked"], {
      description: "at startsAt: by a rule, because persons confirmed it, or only once they do",
    }),
  ),
  waitsFor: Type.Optional(
    Type.Enum(["person", "second-person"], {
      description: "second-person: another than postedBy and decidedBy",
    }),
  ),
  expiresAt: Type.Optional(Instant),
  alertId: Type.Optional(Type.Union([Id], { description: "the alert that was made of it" })),
  alertState: Type.Optional(AlertState),
  decidedBy: Type.Optional(
    Type.Object(
      { id: Id, name: Type.String() },
      { description: "who took it up, confirmed, withheld or dismissed it" },
    ),
  ),
  reason: Type.Optional(Type.String({ description: "why it was dismissed" })),
});
export type CapMessage = Static<typeof CapMessage>;

/** `GET /alerts/cap`, newest first. */
export const CapQuery = Type.Object({ ...PageQuery, state: Type.Optional(CapState) });
export const CapMessageList = Type.Object({ items: Type.Array(CapMessage), next: Next });

/** A source that is asked for messages, and how that goes. `url` without query, which may be secret. */
export const CapSourceState = Type.Object({
  name: Type.String(),
  url: Type.String(),
  areaId: Id,
  everySeconds: Type.Integer(),
  state: Type.Enum(["starting", "ok", "failing"]),
  lastSuccessAt: Type.Optional(Instant),
  lastError: Type.Optional(Type.Object({ code: Type.String(), message: Type.String(), at: Instant })),
  failures: Type.Integer({ description: "in a row" }),
  nextAt: Type.Optional(Instant),
  entries: Type.Integer({ description: "of the feed when it was last read" }),
});
export type CapSourceState = Static<typeof CapSourceState>;

/** `GET /alerts/cap/sources`. */
export const CapSourceList = Type.Object({ items: Type.Array(CapSourceState), next: Type.Null() });

/** `POST /alerts/:id/dismiss`: a draft that nobody shall hear. @throws NOT_FOUND · FORBIDDEN · CONFLICT it is not a draft any more */
export const DismissAlert = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) });
export type DismissAlert = Static<typeof DismissAlert>;

/** `POST /alerts/cap/:id/withhold`: what is to come is not aired. @throws NOT_FOUND · FORBIDDEN · CONFLICT its time has come */
export const WithholdCap = DismissAlert;
