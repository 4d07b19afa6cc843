import type { AudioHealth, ClockLine, Cue, CueProgress, LiveSpeech } from "../ports.ts";
import type { AudioConfig } from "./audio-config.ts";

/** What the station tells its audio process, as JSON over the IPC channel. */
export type ToEngine =
  | {
      readonly do: "begin";
      readonly config: AudioConfig;
      /** Unix ms of the parent's clock minus its machine time (CLOCK_MONOTONIC in ms). */
      readonly monotonicBaseMs: number;
    }
  | { readonly do: "clock"; readonly line: ClockLine }
  | { readonly do: "play"; readonly cue: Cue }
  | { readonly do: "stop"; readonly id: string; readonly fadeMs: number }
  | { readonly do: "stopAll"; readonly fadeMs: number }
  | { readonly do: "speak"; readonly speech: LiveSpeech }
  | { readonly do: "ping" };

/** What it answers. `health` follows every ping. */
export type FromEngine =
  | { readonly tell: "progress"; readonly progress: CueProgress }
  | { readonly tell: "health"; readonly health: Omit<AudioHealth, "restarts"> }
  | { readonly tell: "problem"; readonly message: string };
