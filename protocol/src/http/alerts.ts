import { type Static, Type } from "typebox";
import { AlertKind } from "../alert.ts";
import { AreaId, Id, Instant, StationId } from "../identity.ts";
import { SessionId } from "../live-session.ts";
import { Playout } from "./broadcasts.ts";
import { Next, PageQuery } from "./problem.ts";
import { Target } from "./schedules.ts";
import { TemplateField } from "./templates.ts";

/** What comes before the words. `siren` belongs to actual alerts alone. */
export const AlertTone = Type.Enum(["siren", "chime", "none"]);
export type AlertTone = Static<typeof AlertTone>;

/** How the siren sounds: rising and falling, in pulses, or steady. */
export const SIREN_PATTERNS = ["wail", "pulse", "steady"] as const;
export const SirenPattern = Type.Enum([...SIREN_PATTERNS]);
export type SirenPattern = Static<typeof SirenPattern>;

const Latitude = Type.Number({ minimum: -90, maximum: 90 });
const Longitude = Type.Number({ minimum: -180, maximum: 180 });

/** Stations within a distance of a point, as far as the sender's area reaches. */
export const CircleTarget = Type.Object(
  {
    circle: Type.Object({
      lat: Latitude,
      lon: Longitude,
      radiusKm: Type.Number({ exclusiveMinimum: 0, maximum: 2_000 }),
    }),
  },
  { additionalProperties: false },
);
/** Stations within an outline drawn on the map, as far as the sender's area reaches. The last point joins the first. */
export const PolygonTarget = Type.Object(
  { polygon: Type.Array(Type.Object({ lat: Latitude, lon: Longitude }), { minItems: 3, maxItems: 500 }) },
  { additionalProperties: false },
);
/** A saved group: `/groups`. */
export const GroupTarget = Type.Object({ groupId: Id }, { additionalProperties: false });

/** Where an alert or live speech sounds; shapes and groups are resolved to stations when it is made. */
export const AlertTarget = Type.Union([Target, CircleTarget, PolygonTarget, GroupTarget]);
export type AlertTarget = Static<typeof AlertTarget>;

/** The same message in another language; it is spoken after the first, in the order of the list. */
export const Translation = Type.Object({
  language: Type.String({ minLength: 2, maxLength: 20 }),
  text: Type.String({ minLength: 1, maxLength: 4_000 }),
});
export type Translation = Static<typeof Translation>;

/** `button`: the alarm button at a pole, reported afterwards. `cap`: a message of another system. */
export const AlertOrigin = Type.Enum(["desk", "cap", "button"]);
export type AlertOrigin = Static<typeof AlertOrigin>;

const Words = {
  headline: Type.String({ minLength: 1, maxLength: 200 }),
  text: Type.Optional(
    Type.String({ minLength: 1, maxLength: 4_000, description: "spoken; default: the headline" }),
  ),
  announcementId: Type.Optional(
    Type.Union([Id], { description: "instead of text: an approved one, or one's own where nobody confirms" }),
  ),
  tone: Type.Optional(
    Type.Enum(["siren", "chime", "none"], { description: "default: siren for actual, else chime" }),
  ),
  siren: Type.Optional(
    Type.Enum([...SIREN_PATTERNS], {
      description: "how it sounds where the tone is the siren; default: wail",
    }),
  ),
  spoken: Type.Optional(
    Type.Boolean({ description: "false: the tone alone; of an exercise with what marks it. Default: true" }),
  ),
  repeat: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1_000,
      description: "rounds; 0: until it ends; default 3, else 1",
    }),
  ),
  language: Type.Optional(Type.String({ minLength: 2, maxLength: 20, description: "default: vi" })),
  translations: Type.Optional(Type.Array(Translation, { maxItems: 3, description: "spoken in sequence" })),
};

/** How long an alert may sound, s. It never sounds after. */
const Life = Type.Integer({ minimum: 10, maximum: 86_400 });

/**
 * `POST /alerts`. With confirmation by a second person, an actual alert waits for `POST /alerts/:id/confirm`; else it is sent at once.
 * @throws SIREN_NOT_ALLOWED · NO_TARGETS · NOT_FOUND · FORBIDDEN · SECOND_FACTOR_NEEDED · NOT_APPROVED · ANNOUNCEMENT_EXPIRED · CONFLICT
 */
export const CreateAlert = Type.Object({
  kind: AlertKind,
  ...Words,
  targets: Type.Array(AlertTarget, { minItems: 1, maxItems: 500 }),
  expiresInSeconds: Life,
  supersedes: Type.Optional(Type.Array(Id, { maxItems: 50, description: "alerts that this one ends" })),
});
export type CreateAlert = Static<typeof CreateAlert>;

/** `POST /alerts/:id/update`: what is left out stays as it is; it sounds anew, where the alert sounded. @throws as above */
export const UpdateAlert = Type.Partial(Type.Object({ ...Words, expiresInSeconds: Life }));
export type UpdateAlert = Static<typeof UpdateAlert>;

/** `POST /alerts/:id/recall`: silence at once, then the correction. `text` absent: Loa's own words. @throws CONFLICT */
export const RecallAlert = Type.Object({
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 })),
});
export type RecallAlert = Static<typeof RecallAlert>;

/** `POST /alerts/:id/confirm`, which may come without a body. */
export const ConfirmAlert = Type.Object({
  proposal: Type.Optional(
    Type.Integer({ description: "number of the proposal that was read; CONFLICT when another waits by now" }),
  ),
});
export type ConfirmAlert = Static<typeof ConfirmAlert>;

/**
 * `done`: every station is done or has failed, or its time is over and somebody heard it. `expired`: its time is over and nobody did, or it
 * was not confirmed in time. `draft` is for alerts that came from elsewhere and that nobody has taken up.
 */
export const AlertState = Type.Enum(["draft", "awaitingConfirmation", "sent", "done", "recalled", "expired"]);
export type AlertState = Static<typeof AlertState>;

/** How far an alert is with a station; within one revision it never goes back. */
export const ALERT_STATION_STATES = [
  "sent",
  "received",
  "ready",
  "sounding",
  "done",
  "failed",
  "unreachable",
] as const;
export const AlertStationState = Type.Enum([...ALERT_STATION_STATES]);
export type AlertStationState = Static<typeof AlertStationState>;

const Person = Type.Object({ id: Id, name: Type.String() });

/** An update that waits for a second person: what confirming would say. */
export const AlertProposal = Type.Object({
  number: Type.Integer({ description: "another for each update that is proposed" }),
  headline: Type.String(),
  text: Type.Optional(Type.String()),
  announcementId: Type.Optional(Id),
  tone: AlertTone,
  repeat: Type.Integer(),
  translations: Type.Array(Translation),
  lifeMs: Type.Number({ description: "how long it would stand from then on" }),
  siren: Type.Optional(SirenPattern),
  spoken: Type.Optional(Type.Boolean()),
  proposedBy: Person,
});
export type AlertProposal = Static<typeof AlertProposal>;

/** A row of `GET /alerts`. */
export const AlertSummary = Type.Object({
  id: Id,
  kind: AlertKind,
  state: AlertState,
  revision: Type.Integer({ description: "0: not sent yet" }),
  headline: Type.String(),
  text: Type.Optional(Type.String()),
  announcementId: Type.Optional(Id),
  tone: AlertTone,
  siren: Type.Optional(SirenPattern),
  spoken: Type.Optional(Type.Boolean({ description: "false: the tone alone" })),
  language: Type.String(),
  repeat: Type.Integer(),
  origin: AlertOrigin,
  translations: Type.Array(Translation),
  targets: Type.Array(AlertTarget, { description: "as they were asked for" }),
  sessionId: Type.Optional(Type.Union([SessionId], { description: "of the live speech in it" })),
  createdAt: Instant,
  createdBy: Person,
  confirmedBy: Type.Optional(Person),
  updateWaits: Type.Boolean({ description: "an update waits for a second person" }),
  proposal: Type.Optional(AlertProposal),
  sentAt: Type.Optional(Instant),
  startAt: Type.Optional(Instant),
  expiresAt: Instant,
  recalledAt: Type.Optional(Instant),
  recalledBy: Type.Optional(Person),
  supersedes: Type.Array(Id),
  supersededBy: Type.Optional(Id),
  roundMs: Type.Number({ description: "length of one round" }),
  speechCode: Type.Optional(
    Type.String({ description: "why it went out without words, e.g. SPEECH_UNAVAILABLE" }),
  ),
  counts: Type.Object(
    Object.fromEntries(["stations", ...ALERT_STATION_STATES].map((name) => [name, Type.Integer()])) as Record<
      "stations" | AlertStationState,
      ReturnType<typeof Type.Integer>
    >,
  ),
});
export type AlertSummary = Static<typeof AlertSummary>;

/** An alert at one station. */
export const AlertStation = Type.Object({
  stationId: StationId,
  name: Type.String(),
  areaId: AreaId,
  state: AlertStationState,
  receivedAt: Type.Optional(Instant),
  soundingAt: Type.Optional(Instant),
  doneAt: Type.Optional(Instant),
  code: Type.Optional(Type.String({ description: "why it failed, or why the station refused what it got" })),
});
export type AlertStation = Static<typeof AlertStation>;

/** `GET /alerts/:id`, and what creating, confirming, updating and recalling answer. */
export const AlertDetail = Type.Object({
  ...AlertSummary.properties,
  stations: Type.Array(AlertStation),
  playouts: Type.Array(Playout),
});
export type AlertDetail = Static<typeof AlertDetail>;

/** `GET /alerts`, newest first. */
export const AlertQuery = Type.Object({ ...PageQuery, kind: Type.Optional(AlertKind) });
export const AlertList = Type.Object({ items: Type.Array(AlertSummary), next: Next });
export type AlertList = Static<typeof AlertList>;

const Named = { stationId: StationId, name: Type.String() };

/**
 * `POST /alerts/rehearse`: what `POST /alerts` with the same body would do. Nothing is sent or kept. Of an exercise or a test `overrides`, `live`
 * and the actual ones among `alerts` are what goes before it.
 */
export const Rehearsal = Type.Object({
  stations: Type.Integer(),
  horns: Type.Integer(),
  roundMs: Type.Number(),
  durationMs: Type.Number({ description: "all rounds, within its time" }),
  speechCode: Type.Optional(Type.String({ description: "why it would go out without words" })),
  overrides: Type.Array(
    Type.Object({
      broadcastId: Id,
      title: Type.String(),
      startAt: Instant,
      endAt: Instant,
      onAir: Type.Boolean(),
      stations: Type.Integer({ description: "how many of the alert's" }),
    }),
  ),
  live: Type.Array(
    Type.Object({
      sessionId: SessionId,
      by: Type.String({ description: "who speaks there now" }),
      stations: Type.Integer({ description: "how many of the alert's" }),
    }),
  ),
  alerts: Type.Array(
    Type.Object({
      alertId: Id,
      kind: AlertKind,
      headline: Type.String(),
      stations: Type.Integer({ description: "how many of the alert's it sounds at now" }),
    }),
  ),
  unreachable: Type.Array(Type.Object(Named)),
  faulty: Type.Array(Type.Object({ ...Named, codes: Type.Array(Type.String()) })),
});
export type Rehearsal = Static<typeof Rehearsal>;

/** Wording for a danger, with {blanks}; its tone and rounds are proposals. */
export const AlertTemplate = Type.Object({
  id: Id,
  event: Type.Enum(["storm", "flood", "fire", "evacuation", "allClear"]),
  name: Type.String(),
  headline: Type.String(),
  text: Type.String(),
  fields: Type.Array(TemplateField),
  tone: AlertTone,
  repeat: Type.Integer(),
  expiresInSeconds: Type.Integer(),
});
export type AlertTemplate = Static<typeof AlertTemplate>;

/** `GET /alerts/templates`. */
export const AlertTemplateList = Type.Object({ items: Type.Array(AlertTemplate), next: Type.Null() });
export type AlertTemplateList = Static<typeof AlertTemplateList>;
