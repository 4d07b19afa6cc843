import Type from "typebox";

/** Section `audio` of station.yaml: the sound card and how it is driven. */
export const AudioConfig = Type.Object(
  {
    output: Type.Union([Type.Literal("alsa"), Type.Literal("socket")], {
      default: "alsa",
      description: "alsa: any ALSA device or plug-in; socket: docs/sound-card.md",
    }),
    device: Type.String({
      default: "default",
      description: "ALSA device name, or path of the card's socket",
    }),
    outputLatencyMs: Type.Number({
      default: 0,
      minimum: -500,
      maximum: 2_000,
      description:
        "Time between the card's output and the horns (amplifier, DSP), trimmed by ear or microphone",
    }),
    bufferMs: Type.Number({
      default: 500,
      minimum: 40,
      maximum: 1_000,
      description: "Sound kept written ahead: bridges stalls of that length, and delays what starts at once",
    }),
  },
  { additionalProperties: false },
);
export type AudioConfig = Type.Static<typeof AudioConfig>;
