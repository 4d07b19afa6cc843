import { type Static, Type } from "typebox";
import { Id, Instant, Sha256, StationId, ZoneId } from "./identity.ts";
import { LiveSession } from "./live-session.ts";

/**
 * Tones that every station makes itself. `attention`: two notes, before speech and while audio is on its way. `wail`, `pulse` and
 * `steady` are the siren; only an actual alert may carry them. `all-clear`: rising notes, after a recall.
 */
export const TONES = ["attention", "wail", "pulse", "steady", "chime", "all-clear"] as const;
export const Tone = Type.Enum([...TONES]);
export type Tone = Static<typeof Tone>;

/** The tones that mean danger to whoever hears them. */
export const SIRENS: ReadonlySet<Tone> = new Set<Tone>(["wail", "pulse", "steady"]);

/** A tone for some time. */
export const ToneItem = Type.Object({
  kind: Type.Literal("tone"),
  tone: Tone,
  durationMs: Type.Number({ minimum: 100, maximum: 600_000 }),
});
export type ToneItem = Static<typeof ToneItem>;

/** Most audio that travels inside a message, in all its items together, bytes of Ogg Opus. */
export const INLINE_LIMIT_BYTES = 48_000;

/** Speech inside the message: Ogg Opus, mono, 48 kHz. */
export const InlineItem = Type.Object({
  kind: Type.Literal("opus"),
  data: Type.String({
    maxLength: Math.ceil(INLINE_LIMIT_BYTES / 3) * 4,
    description: "base64, at most 48 kB decoded, together with all others of the message",
  }),
  durationMs: Type.Number({ minimum: 1 }),
});
export type InlineItem = Static<typeof InlineItem>;

/** Longer audio, fetched by its hash; the attention tone sounds until it is there. */
export const AssetItem = Type.Object({
  kind: Type.Literal("asset"),
  sha256: Sha256,
  bytes: Type.Integer({ minimum: 1 }),
  durationMs: Type.Number({ minimum: 1 }),
});
export type AssetItem = Static<typeof AssetItem>;

/** A pause. */
export const PauseItem = Type.Object({
  kind: Type.Literal("silence"),
  durationMs: Type.Number({ minimum: 1, maximum: 60_000 }),
});

/** Live speech, until it is ended or `durationMs` have passed. Only the last item of an alert, and its only one of this kind. */
export const LiveItem = Type.Object({
  kind: Type.Literal("live"),
  durationMs: Type.Number({ minimum: 1_000, maximum: 3_600_000 }),
  session: LiveSession,
});
export type LiveItem = Static<typeof LiveItem>;

/** One sound of an alert; items follow each other without a gap. */
export const AlertSound = Type.Union([ToneItem, InlineItem, AssetItem, PauseItem, LiveItem]);
export type AlertSound = Static<typeof AlertSound>;

/** `exercise` and `test` are spoken as such before and after, and never carry the siren. */
export const ALERT_KINDS = ["actual", "exercise", "test"] as const;
export const AlertKind = Type.Enum([...ALERT_KINDS]);
export type AlertKind = Static<typeof AlertKind>;

/**
 * Topics `…/alert`. `kind: actual` travels as `loa/1+alert` under a key of use `alert`; the others as `loa/1+exercise` under a key of use
 * `exercise`. `exp` of the envelope is `expires`. `(alertId, revision)` is remembered on disk until then; a known one is only acked
 * again. There is no order between alerts: a lost one may come after a later one.
 */
export const Alert = Type.Object({
  alertId: Id,
  revision: Type.Integer({ minimum: 1, description: "rises with every update and the recall" }),
  kind: AlertKind,
  action: Type.Enum(["alert", "update", "recall"], {
    description: "recall: a tombstone until `expires`, even for an alert never seen",
  }),
  supersedes: Type.Array(Id, { maxItems: 50, description: "alerts that this one ends" }),
  sound: Type.Array(AlertSound, { maxItems: 32, description: "one round; empty in a recall" }),
  repeat: Type.Integer({ minimum: 0, maximum: 1_000, description: "rounds in all; 0: until it ends" }),
  startAt: Instant,
  zones: Type.Array(ZoneId, { maxItems: 8, description: "empty: all zones" }),
  headline: Type.String({ minLength: 1, maxLength: 200 }),
  language: Type.String({ maxLength: 20 }),
  expires: Instant,
  maxSoundMinutes: Type.Number({
    exclusiveMinimum: 0,
    maximum: 60,
    description: "sounding ends after this by itself",
  }),
  except: Type.Array(StationId, { description: "stations of the area that are told on their own topic" }),
  nonce: Type.Optional(
    Type.String({
      description: "birth nonce of the one station it is sent to: believed without a synchronised clock",
    }),
  ),
  correction: Type.Optional(
    Type.Array(AlertSound, {
      maxItems: 8,
      description:
        "recall: what is said once it is silent; absent: a later revision may bring it, so that no word holds up the silence",
    }),
  ),
});
export type Alert = Static<typeof Alert>;

/** Length of one round, ms. */
export function roundMs(sound: readonly AlertSound[]): number {
  return sound.reduce((sum, { durationMs }) => sum + durationMs, 0);
}
