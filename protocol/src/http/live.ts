import { type Static, Type } from "typebox";
import { AlertKind } from "../alert.ts";
import { AreaId, Id, Instant, Sha256, StationId } from "../identity.ts";
import { LiveReception, SessionId } from "../live-session.ts";
import { AlertTarget, AlertTone, SirenPattern } from "./alerts.ts";
import { Playout } from "./broadcasts.ts";
import { Next, PageQuery } from "./problem.ts";

/**
 * `POST /live`: opens live speech; stations warm up at once. Its level is `live`. With `alert` it is the voice of an alert (operators only),
 * which sounds its tone first; with confirmation by a second person the alert, and so the voice, waits for that.
 * @throws LIVE_HELD somebody speaks to one of these stations: `holder {id, name, since}` · NO_TARGETS · NOT_FOUND · FORBIDDEN ·
 * SECOND_FACTOR_NEEDED · OUTSIDE_ENVELOPE no target may sound now
 */
export const CreateLive = Type.Object({
  targets: Type.Array(AlertTarget, { minItems: 1, maxItems: 500 }),
  delayMs: Type.Optional(
    Type.Number({ minimum: 100, maximum: 5_000, description: "default: the hub's liveDelayMs, 300" }),
  ),
  alert: Type.Optional(
    Type.Object({
      kind: AlertKind,
      headline: Type.String({ minLength: 1, maxLength: 200 }),
      tone: Type.Optional(AlertTone),
      siren: Type.Optional(SirenPattern),
      expiresInSeconds: Type.Integer({ minimum: 10, maximum: 3_600 }),
    }),
  ),
});
export type CreateLive = Static<typeof CreateLive>;

/** `waiting`: for the speaker's first packet, or the alert's confirmation. `lost`: the speaker's connection is gone; it may come back. */
export const LiveState = Type.Enum(["waiting", "speaking", "lost", "ended"]);
export type LiveState = Static<typeof LiveState>;

/** Why live speech ended. */
export const LiveEnd = Type.Enum(["speaker", "stopped", "lost", "time", "preempted", "recalled", "hub"]);
export type LiveEnd = Static<typeof LiveEnd>;

const Person = Type.Object({ id: Id, name: Type.String() });

/** How live speech is with one station. */
export const LiveStation = Type.Object({
  stationId: StationId,
  name: Type.String(),
  areaId: AreaId,
  state: Type.Enum(["sent", "received", "ready", "sounding", "done", "failed", "unreachable"]),
  code: Type.Optional(Type.String()),
  reception: Type.Optional(LiveReception),
});
export type LiveStation = Static<typeof LiveStation>;

/** A row of `GET /live`. */
export const LiveSummary = Type.Object({
  id: SessionId,
  state: LiveState,
  end: Type.Optional(LiveEnd),
  by: Person,
  targets: Type.Array(AlertTarget),
  areaIds: Type.Array(AreaId, { description: "where its stations stand" }),
  alertId: Type.Optional(Id),
  delayMs: Type.Number(),
  createdAt: Instant,
  startedAt: Type.Optional(Instant),
  endedAt: Type.Optional(Instant),
  endsBy: Instant,
  counts: Type.Object({
    stations: Type.Integer(),
    ready: Type.Integer({ description: "may sound, or sounds" }),
    sounding: Type.Integer(),
    failed: Type.Integer(),
    unreachable: Type.Integer(),
  }),
  recording: Type.Optional(
    Type.Object(
      { sha256: Sha256, durationMs: Type.Number() },
      { description: "`GET /live/:id/audio`, Ogg Opus" },
    ),
  ),
  recordingRemovedAt: Type.Optional(
    Type.Number({
      minimum: 0,
      description: "Unix ms, UTC: there was a recording, which is kept for the hub's liveRecordingDays, 90",
    }),
  ),
  transcript: Type.Optional(Type.String({ description: "written by people: `PATCH /live/:id`" })),
});
export type LiveSummary = Static<typeof LiveSummary>;

/** `GET /live/:id`, what `POST /live` answers with 201, and `DELETE /live/:id` (ends it) with 200. */
export const LiveDetail = Type.Object({
  ...LiveSummary.properties,
  stations: Type.Array(LiveStation),
  playouts: Type.Array(Playout),
});
export type LiveDetail = Static<typeof LiveDetail>;

/** `GET /live`, newest first. */
export const LiveQuery = Type.Object({ ...PageQuery, state: Type.Optional(LiveState) });
export const LiveList = Type.Object({ items: Type.Array(LiveSummary), next: Next });

/** `PATCH /live/:id`. */
export const UpdateLive = Type.Object({ transcript: Type.String({ maxLength: 20_000 }) });
export type UpdateLive = Static<typeof UpdateLive>;

/**
 * WebSocket `/live/:id`, one at a time, of the person who opened it (session cookie, same origin). Binary, from the browser: `u32 sequence | u64
 * media time of the first sample, µs on the browser's own count | u16 frames | frames × (u16 length, Opus packet of 20 ms, mono, 48 kHz)`, in
 * network byte order, 60 ms a message, also while the speaker is silent. A connection that comes back goes on with the same count.
 * Text, from the browser, is one of these.
 */
export const LiveFromSpeaker = Type.Union([
  Type.Object({ kind: Type.Literal("end") }),
  Type.Object({ kind: Type.Literal("ping"), t: Type.Number({ description: "the browser's own ms" }) }),
]);
export type LiveFromSpeaker = Static<typeof LiveFromSpeaker>;

/** Text to the browser, each second and when something changes. */
export const LiveToSpeaker = Type.Union([
  Type.Object({ kind: Type.Literal("pong"), t: Type.Number() }),
  Type.Object({
    kind: Type.Literal("state"),
    live: LiveSummary,
    stations: Type.Array(LiveStation, { description: "failures first, at most 50" }),
    level: Type.Union([Type.Number(), Type.Null()], {
      description: "of what the hub got in the last second, dBFS rms",
    }),
    soundsAfterMs: Type.Union([Type.Number(), Type.Null()], {
      description: "from the first sample's arrival at the hub to its sound, median of what stations do",
    }),
    lostPackets: Type.Integer({ description: "never came from the browser" }),
  }),
  Type.Object({ kind: Type.Literal("ended"), end: LiveEnd, code: Type.Optional(Type.String()) }),
]);
export type LiveToSpeaker = Static<typeof LiveToSpeaker>;
