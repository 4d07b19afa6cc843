import type { AlertKind, AlertSound, LiveItem } from "@loa/protocol/alert";
import type { AlertTone, SirenPattern } from "@loa/protocol/http/alerts";
import { CHIME_MS } from "@loa/protocol/plan";

const SIREN_MS = 8_000;
const ATTENTION_MS = 4_000;
const ALL_CLEAR_MS = 2_000;
const BREATH: AlertSound = { kind: "silence", durationMs: 400 };
/** No word is lost while amplifiers warm up; a tone need not be whole. */
const WARM_UP: AlertSound = { kind: "silence", durationMs: 2_000 };
const BETWEEN_ROUNDS: AlertSound = { kind: "silence", durationMs: 1_500 };

/** What is spoken, as sounds: the same in each language. `marking` says before and after that it is no real alarm; actual alerts have none. */
export interface SpokenAlert {
  readonly messages: readonly AlertSound[];
  readonly marking: { readonly before: AlertSound; readonly after: AlertSound } | null;
}

/**
 * One round: the tone, then the words between their markings. Without any words the tone stands alone, and an alert without both still
 * calls for attention: something is wrong, and people must hear that. Exercises never carry the siren, whatever the tone says.
 */
export function composeSound(
  kind: AlertKind,
  tone: AlertTone,
  spoken: SpokenAlert,
  siren: SirenPattern = "wail",
): AlertSound[] {
  const words = wordsOf(spoken);
  return [...opening(kind, tone, words.length > 0, siren), ...words, BETWEEN_ROUNDS];
}

/** The tone, what an exercise says before, then somebody's live voice until it ends. */
export function composeVoice(
  kind: AlertKind,
  tone: AlertTone,
  before: AlertSound | null,
  voice: LiveItem,
  siren: SirenPattern = "wail",
): AlertSound[] {
  return [...opening(kind, tone, true, siren), ...(before ? [before, BREATH] : []), voice];
}

/** What is said after a recall, once it is silent: rising notes, then the words. */
export function composeCorrection(spoken: SpokenAlert): AlertSound[] {
  return [BREATH, { kind: "tone", tone: "all-clear", durationMs: ALL_CLEAR_MS }, ...wordsOf(spoken)];
}

/** What must be spoken before and after a message that is no real alarm; null for an actual alert. */
export function markingOf(kind: AlertKind, language: string): { before: string; after: string } | null {
  if (kind === "actual") return null;
  return MARKINGS[isEnglish(language) ? "en" : "vi"][kind];
}

/** Loa's own words when an alert is called back. */
export function correctionText(kind: AlertKind, headline: string, language: string): string {
  if (isEnglish(language))
    return kind === "actual"
      ? `Correction. The emergency alert just sounded, ${headline}, is recalled. Please do not act on it.`
      : "What you just heard is ended early.";
  return kind === "actual"
    ? `Đính chính. Thông báo khẩn cấp vừa phát: ${headline}, đã được thu hồi. Đề nghị bà con bình tĩnh, không làm theo thông báo đó.`
    : "Nội dung vừa phát đã được dừng lại.";
}

const isEnglish = (language: string) => /^en(-|$)/i.test(language);

type Marked = Record<"exercise" | "test", { before: string; after: string }>;

const MARKINGS: Record<"vi" | "en", Marked> = {
  vi: {
    exercise: {
      before: "Đây là bài diễn tập, không phải tình huống thật. Xin nhắc lại: đây là bài diễn tập.",
      after: "Bài diễn tập kết thúc.",
    },
    test: {
      before: "Đây là phát thử hệ thống loa, không phải tình huống thật.",
      after: "Phát thử hệ thống loa kết thúc.",
    },
  },
  en: {
    exercise: {
      before: "This is an exercise. This is not a real emergency. I repeat: this is an exercise.",
      after: "The exercise has ended.",
    },
    test: {
      before: "This is a test of the loudspeakers. This is not a real emergency.",
      after: "The test has ended.",
    },
  },
};

function opening(kind: AlertKind, tone: AlertTone, hasWords: boolean, siren: SirenPattern): AlertSound[] {
  if (tone === "siren" && kind === "actual")
    return [{ kind: "tone", tone: siren, durationMs: SIREN_MS }, BREATH];
  if (tone === "chime" || tone === "siren")
    return [{ kind: "tone", tone: "chime", durationMs: CHIME_MS }, BREATH];
  return hasWords ? [WARM_UP] : [{ kind: "tone", tone: "attention", durationMs: ATTENTION_MS }];
}

function wordsOf({ messages, marking }: SpokenAlert): AlertSound[] {
  const parts = marking === null ? messages : [marking.before, ...messages, marking.after];
  return parts.flatMap((part, index) => (index === 0 ? [part] : [BREATH, part]));
}
