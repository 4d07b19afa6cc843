import type { Lexicon, LexiconEntry, Reading, SpeechSettings, VoiceList } from "@loa/protocol/http/speech";
import { api, postForSound } from "./api.ts";

/** Voices of the hub. */
export const voices = (): Promise<VoiceList> => api.get("/speech/voices");

/** How a text will be read. */
export const reading = (text: string, areaId?: string, language?: string): Promise<Reading> =>
  api.post("/speech/reading", { text, ...(areaId && { areaId }), ...(language && { language }) });

/** A text as it will sound, WAV. @throws ApiError SPEECH_UNAVAILABLE · SPEECH_FAILED · VOICE_UNKNOWN */
export const preview = (text: string, settings: SpeechSettings, areaId?: string): Promise<Blob> =>
  postForSound("/speech/preview", { text, ...settings, ...(areaId && { areaId }) });

/** How words are said in an area. */
export const lexicon = (areaId: string): Promise<Lexicon> => api.get(`/areas/${areaId}/lexicon`);

/** Replaces an area's own words. @throws ApiError LEXICON_INVALID */
export const putLexicon = (areaId: string, items: readonly LexiconEntry[]): Promise<Lexicon> =>
  api.put(`/areas/${areaId}/lexicon`, { items });
