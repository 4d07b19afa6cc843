import type { UnixMs } from "@loa/kernel/clock";
import { codeOf, LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import type { AlertKind, AlertSound, LiveItem } from "@loa/protocol/alert";
import type { AreaId } from "@loa/protocol/identity";
import type { AlertContent } from "../core/alert.ts";
import {
  composeCorrection,
  composeSound,
  composeVoice,
  correctionText,
  markingOf,
  type SpokenAlert,
} from "../core/alert-sound.ts";
import type { AlertSpeech } from "../media/alert-speech.ts";
import type { Registry } from "../ports.ts";

/** What composing alerts needs. */
export interface ComposerParts {
  readonly speech: Pick<AlertSpeech, "say" | "stored" | "fitted">;
  readonly registry: Pick<Registry, "announcement">;
  readonly log: Logger;
}

/** What an alert is to say, before it is sound. */
export type AlertWords = Omit<AlertContent, "sound" | "speechCode">;

/** Sound that there is already: live speech instead of all words, or a recording instead of the first, if it comes in time. */
export interface Prepared {
  readonly voice?: LiveItem;
  readonly recording?: Promise<AlertSound | null>;
  /** The announcement that this alert said before: it is not judged again. */
  readonly said?: string | null;
  /** What its author brought, and nobody has decided on, is taken too. */
  readonly undecided?: boolean;
}

/** Makes words into what stations sound. */
export class AlertComposer {
  readonly #parts: ComposerParts;

  constructor(parts: ComposerParts) {
    this.#parts = parts;
  }

  /**
   * An actual alert that cannot be spoken goes out with its tone alone, and says why; an exercise without its marking is none.
   * @throws SIREN_NOT_ALLOWED · NOT_FOUND · NOT_APPROVED · ANNOUNCEMENT_EXPIRED · of exercises and tests: why nothing here can speak
   */
  async content(
    kind: AlertKind,
    words: AlertWords,
    areaId: AreaId,
    now: UnixMs,
    { voice, ...prepared }: Prepared = {},
  ): Promise<AlertContent> {
    if (kind !== "actual" && words.tone === "siren")
      throw new LoaError("SIREN_NOT_ALLOWED", `an alert of kind ${kind} never carries the siren`, { kind });
    if (voice) {
      const before = await this.#marking(kind, words.language, areaId, "before");
      const sound = composeVoice(kind, words.tone, before, voice, words.siren);
      return { ...words, sound, speechCode: null };
    }
    const { spoken, code } = await this.#spoken(kind, words.language, areaId, () =>
      Promise.all(this.#messages(words, areaId, now, prepared)),
    );
    const sound = await this.#parts.speech.fitted(composeSound(kind, words.tone, spoken, words.siren));
    return { ...words, sound, speechCode: code };
  }

  /**
   * The same for words that nobody here can put right: what no voice here speaks is left out, in the end all but the tone. `recording`
   * stands for the first words where it is one. @throws of exercises and tests: why nothing here can speak
   */
  async heard(
    kind: AlertKind,
    words: AlertWords,
    areaId: AreaId,
    now: UnixMs,
    recording?: Promise<AlertSound | null>,
  ): Promise<AlertContent> {
    const fallbacks = [words, { ...words, translations: [] }, { ...words, translations: [], language: "vi" }];
    for (const said of fallbacks)
      try {
        return await this.content(kind, said, areaId, now, { ...(recording && { recording }) });
      } catch (error) {
        if (codeOf(error) !== "VOICE_UNKNOWN") throw error;
      }
    if (kind !== "actual") throw new LoaError("VOICE_UNKNOWN", "no voice here speaks any of its languages");
    const sound = composeSound(kind, words.tone, { messages: [], marking: null });
    return { ...words, sound, speechCode: "VOICE_UNKNOWN" };
  }

  /** What is said after a recall; `text` null: Loa's own words. Never fails: rising notes remain. */
  async correction(
    kind: AlertKind,
    { headline, language }: Pick<AlertContent, "headline" | "language">,
    text: string | null,
    areaId: AreaId,
  ): Promise<AlertSound[]> {
    const said = text ?? correctionText(kind, headline, language);
    try {
      const { spoken } = await this.#spoken(kind, language, areaId, () =>
        Promise.all([this.#parts.speech.say({ text: said, areaId, language })]),
      );
      return await this.#parts.speech.fitted(composeCorrection(spoken));
    } catch (error) {
      this.#parts.log.error({ err: error }, "a recall goes out without words");
      return composeCorrection({ messages: [], marking: null });
    }
  }

  /** What stations say once a live voice has ended: of an exercise, that it is over. Never fails. */
  async afterVoice(
    kind: AlertKind,
    { language }: Pick<AlertContent, "language">,
    areaId: AreaId,
  ): Promise<AlertSound[]> {
    try {
      const after = await this.#marking(kind, language, areaId, "after");
      return after ? [after] : [];
    } catch (error) {
      this.#parts.log.error({ err: error }, "the end of an exercise goes unsaid");
      return [];
    }
  }

  async #marking(
    kind: AlertKind,
    language: string,
    areaId: AreaId,
    which: "before" | "after",
  ): Promise<AlertSound | null> {
    const marks = markingOf(kind, language);
    return marks && this.#parts.speech.say({ text: marks[which], areaId, language });
  }

  async #spoken(
    kind: AlertKind,
    language: string,
    areaId: AreaId,
    messages: () => Promise<AlertSound[]>,
  ): Promise<{ spoken: SpokenAlert; code: string | null }> {
    const marks = markingOf(kind, language);
    const say = (text: string) => this.#parts.speech.say({ text, areaId, language });
    if (marks !== null) {
      const [before, said, after] = await Promise.all([say(marks.before), messages(), say(marks.after)]);
      return { spoken: { messages: said, marking: { before, after } }, code: null };
    }
    try {
      return { spoken: { messages: await messages(), marking: null }, code: null };
    } catch (error) {
      if (isAuthors(error)) throw error;
      this.#parts.log.error({ err: error }, "an alert goes out without words");
      return { spoken: { messages: [], marking: null }, code: codeOf(error) };
    }
  }

  /** The words, then what they are in other languages; nothing, where the tone stands alone. */
  #messages(
    words: AlertWords,
    areaId: AreaId,
    now: UnixMs,
    { recording, said = null, undecided = false }: Prepared,
  ): Promise<AlertSound>[] {
    const { text, headline, language, announcementId, translations = [] } = words;
    if (words.spoken === false) return [];
    const own =
      announcementId === null
        ? this.#parts.speech.say({ text: text ?? headline, areaId, language })
        : this.#announcement(
            announcementId,
            now,
            (createdBy) => announcementId === said || (undecided && createdBy === words.proposedBy.id),
          );
    const first = recording ? preferred(recording, own) : own;
    const others = translations.map((said) =>
      this.#parts.speech.say({ text: said.text, areaId, language: said.language }),
    );
    return [first, ...others];
  }

  /** Whoever may send an alert alone may say anything in it: what they brought themselves needs nobody's approval. */
  async #announcement(
    id: string,
    now: UnixMs,
    undecided: (createdBy: string) => boolean,
  ): Promise<AlertSound> {
    const found = await this.#parts.registry.announcement(id);
    if (!found) throw new LoaError("NOT_FOUND", `there is no announcement ${id}`, { id });
    const { state, createdBy, sha256, bytes, durationMs, expiresAt } = found;
    const waits = state === "draft" || state === "submitted";
    const may = state === "approved" || (waits && undecided(createdBy));
    if (!may || sha256 === null || !bytes || !durationMs)
      throw new LoaError(
        "NOT_APPROVED",
        "only an approved announcement, or your own, with ready audio can be sent",
        {
          id,
        },
      );
    if (expiresAt !== null && expiresAt <= now)
      throw new LoaError("ANNOUNCEMENT_EXPIRED", "the announcement's time is over", { id });
    return this.#parts.speech.stored({ sha256, bytes, durationMs });
  }
}

/** Both are made at the same time, so that waiting for the one does not hold up the other. */
async function preferred(
  recording: Promise<AlertSound | null>,
  own: Promise<AlertSound>,
): Promise<AlertSound> {
  own.catch(() => {});
  return (await recording.catch(() => null)) ?? own;
}

/** What whoever writes the alert can put right at once; everything else must not hold it up. */
function isAuthors(error: unknown): boolean {
  return ["NOT_FOUND", "NOT_APPROVED", "ANNOUNCEMENT_EXPIRED", "VOICE_UNKNOWN"].includes(codeOf(error));
}
