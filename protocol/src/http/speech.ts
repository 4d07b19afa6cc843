import { type Static, Type } from "typebox";
import { AreaId } from "../identity.ts";

/** Languages that the desk speaks: Vietnamese, and English for visitors. */
export const Language = Type.String({ pattern: "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description: "BCP 47" });

/** Pace in percent of the voice's own, and the silence between paragraphs. */
const Pace = {
  speed: Type.Optional(
    Type.Integer({ minimum: 50, maximum: 200, default: 100, description: "percent of the voice's pace" }),
  ),
  pauseMs: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 5_000, default: 600, description: "silence between paragraphs" }),
  ),
};

/** How a text is to be spoken. Absent fields: the hub's defaults. */
export const SpeechSettings = Type.Object({
  voice: Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: "id of GET /speech/voices" })),
  language: Type.Optional(Language),
  ...Pace,
});
export type SpeechSettings = Static<typeof SpeechSettings>;

/** A text of an announcement as people write it: paragraphs by line breaks. */
export const SpeechText = Type.String({ minLength: 1, maxLength: 10_000 });

/** `GET /speech/voices`. `engine`: `espeak-ng`, or the name of a configured command. */
export const Voice = Type.Object({
  id: Type.String(),
  name: Type.String({ description: "as people call it, in Vietnamese" }),
  language: Language,
  engine: Type.String(),
});
export type Voice = Static<typeof Voice>;
export const VoiceList = Type.Object({
  items: Type.Array(Voice),
  next: Type.Null(),
  default: Type.Union([Type.String(), Type.Null()], { description: "null: nothing here can speak" }),
});
export type VoiceList = Static<typeof VoiceList>;

/** `POST /speech/reading`: how a text will be read, without sound. `areaId`: whose lexicon holds; default: the user's area. */
export const ReadingRequest = Type.Object({
  text: SpeechText,
  language: Type.Optional(Language),
  areaId: Type.Optional(AreaId),
});
export type ReadingRequest = Static<typeof ReadingRequest>;

/** What was read otherwise than written. `start` and `end` are offsets in the text, UTF-16 units. */
export const ReadingChange = Type.Object({
  start: Type.Integer(),
  end: Type.Integer(),
  written: Type.String(),
  spoken: Type.String(),
  kind: Type.Enum(["number", "date", "time", "phone", "unit", "abbreviation", "symbol", "lexicon"]),
});
export type ReadingChange = Static<typeof ReadingChange>;
export const Reading = Type.Object({ spoken: Type.String(), changes: Type.Array(ReadingChange) });
export type Reading = Static<typeof Reading>;

/** `POST /speech/preview`: answers with the spoken text as `audio/wav`. @throws SPEECH_UNAVAILABLE · SPEECH_FAILED · VOICE_UNKNOWN */
export const PreviewRequest = Type.Object({
  text: SpeechText,
  ...SpeechSettings.properties,
  areaId: Type.Optional(AreaId),
});
export type PreviewRequest = Static<typeof PreviewRequest>;

/** One word or phrase and how it is said here. Case and surrounding words do not matter. */
export const LexiconEntry = Type.Object({
  written: Type.String({ minLength: 1, maxLength: 80 }),
  spoken: Type.String({ minLength: 1, maxLength: 200 }),
});
export type LexiconEntry = Static<typeof LexiconEntry>;

/** `PUT /areas/:id/lexicon`. */
export const PutLexicon = Type.Object({ items: Type.Array(LexiconEntry, { maxItems: 1_000 }) });
export type PutLexicon = Static<typeof PutLexicon>;

/** `GET /areas/:id/lexicon`: the area's own entries, and those of the areas above it, nearest first. */
export const Lexicon = Type.Object({
  items: Type.Array(LexiconEntry),
  inherited: Type.Array(Type.Object({ ...LexiconEntry.properties, areaId: AreaId })),
  next: Type.Null(),
});
export type Lexicon = Static<typeof Lexicon>;
