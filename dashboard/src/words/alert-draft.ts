import type {
  AlertTarget,
  AlertTemplate,
  AlertTone,
  CreateAlert,
  SirenPattern,
  Translation,
} from "@loa/protocol/http/alerts";
import { blanksOf, fillBlanks, missingFields } from "@loa/protocol/template-text";
import { textValues } from "./template-values.ts";

/** Where the words come from; `tone`: there are none. */
export type WordSource = "template" | "text" | "announcement" | "tone";

/** What an exercise or a test may begin with: never the siren. */
export type DrillTone = Exclude<AlertTone, "siren">;
/** Kinds that are no real alarm. */
export type DrillKind = "exercise" | "test";

/** What somebody is putting together. */
export interface AlertDraft {
  readonly source: WordSource;
  readonly template: AlertTemplate | null;
  /** Values of the template's fields. */
  readonly values: Readonly<Record<string, string>>;
  readonly headline: string;
  readonly text: string;
  readonly announcementId: string;
  readonly tone: AlertTone;
  /** How the siren sounds, where it is the tone. */
  readonly siren: SirenPattern;
  /** Rounds; 0: until it is recalled. */
  readonly repeat: number;
  readonly lifeSeconds: number;
  readonly language: string;
  readonly translations: readonly Translation[];
  readonly targets: readonly AlertTarget[];
}

/** What is still missing. */
export type DraftGap =
  | "blanks"
  | "template"
  | "fields"
  | "headline"
  | "text"
  | "announcement"
  | "translation"
  | "targets";

const HOUR = 3_600;

/** An empty draft. */
export const emptyDraft = (tone: AlertTone): AlertDraft => ({
  ...{ source: "template", template: null, values: {}, headline: "", text: "", announcementId: "" },
  ...{
    tone,
    siren: "wail",
    repeat: tone === "siren" ? 3 : 1,
    lifeSeconds: HOUR,
    language: "vi",
    translations: [],
    targets: [],
  },
});

/** Headline and text as they will be said; blanks without a value stay visible. */
export function wordsOf({ source, template, values, headline, text }: AlertDraft): {
  headline: string;
  text: string;
} {
  if (source !== "template" || template === null) return { headline, text };
  const filled = textValues(template.fields, values);
  return { headline: fillBlanks(template.headline, filled), text: fillBlanks(template.text, filled) };
}

/** What keeps it from being sent, in the order of the page. */
export function gapsOf(draft: AlertDraft): DraftGap[] {
  const { source, template, values, announcementId, translations, targets } = draft;
  const { headline, text } = wordsOf(draft);
  const gaps: [DraftGap, boolean][] = [
    ["template", source === "template" && template === null],
    ["fields", source === "template" && template !== null && missingFields(template, values).length > 0],
    ["announcement", source === "announcement" && announcementId === ""],
    ["headline", source !== "template" && headline.trim() === ""],
    ["text", source === "text" && text.trim() === ""],
    ["blanks", source === "text" && blanksOf(`${headline}\n${text}`).length > 0],
    ["translation", source !== "tone" && translations.some((one) => one.text.trim() === "")],
    ["targets", targets.length === 0],
  ];
  return gaps.flatMap(([gap, missing]) => (missing ? [gap] : []));
}

/** What the hub gets, but for the kind and the tone: those belong to the page. */
export function wordsBody(draft: AlertDraft): Omit<CreateAlert, "kind" | "tone"> {
  const { source, announcementId, repeat, lifeSeconds, language, translations, targets } = draft;
  const { headline, text } = wordsOf(draft);
  return {
    headline: headline.trim().slice(0, 200),
    ...(source === "announcement" && { announcementId }),
    ...(source === "tone" ? { spoken: false } : source !== "announcement" && { text: text.trim() }),
    ...{ repeat, language, targets: [...targets], expiresInSeconds: lifeSeconds },
    ...(source !== "tone" &&
      translations.length > 0 && {
        translations: translations.map((one) => ({ ...one, text: one.text.trim() })),
      }),
  };
}

/** The draft after a template was chosen; its tone and rounds are proposals, as far as the page has them. */
export function withTemplate(
  draft: AlertDraft,
  template: AlertTemplate,
  tones: readonly AlertTone[],
): AlertDraft {
  const proposed = tones.includes(template.tone) ? template.tone : (tones[0] ?? "chime");
  const drill = !tones.includes("siren");
  return {
    ...draft,
    ...{ source: "template", template, tone: proposed },
    repeat: drill ? 1 : template.repeat,
    lifeSeconds: drill ? draft.lifeSeconds : template.expiresInSeconds,
  };
}

/** The template's words as a text of one's own, to be changed freely. */
export function asOwnText(draft: AlertDraft): AlertDraft {
  return { ...draft, ...wordsOf(draft), source: "text" };
}
