import type { UnixMs } from "@loa/kernel/clock";
import type { Tone } from "@loa/protocol/alert";

/** Name of a speaker line of this station, e.g. `z1`. */
export type ZoneId = string;

/** One measured value with the time it was measured. */
export interface Measured {
  readonly value: number;
  readonly at: UnixMs;
}

/** What the sensors last said. Absent: this station has no such sensor, or it has said nothing yet. */
export interface Readings {
  /** V rms on the 100 V side of the amplifier. */
  readonly outputVolts?: Measured;
  /** A rms in each zone's line. */
  readonly zoneAmps: Readonly<Record<ZoneId, Measured>>;
  readonly mainsVolts?: Measured;
  readonly batteryVolts?: Measured;
  /** °C inside the cabinet. */
  readonly temperature?: Measured;
  readonly doorOpen?: boolean;
  readonly buttonPressed?: boolean;
  /** The lock-out switch is on. */
  readonly lockOutSwitch?: boolean;
}

export type HardwareState = "connecting" | "ready" | "lost";

/** The relay and sensor board. After `lost` every relay counts as open; it reconnects by itself. */
export interface Hardware {
  readonly state: HardwareState;
  start(): void;
  /** Opens every relay, then lets go of the port. */
  close(): Promise<void>;
  /** Mains relay of the amplifier. The heartbeat pin runs by itself while this process is alive. */
  setAmplifier(on: boolean): void;
  setZone(zone: ZoneId, closed: boolean): void;
  readings(): Readings;
  /** Called on every change of `state`, also when the board reset itself (lost, then ready). */
  onState(listener: (state: HardwareState) => void): void;
}

/** One sound within a cue. Paths are of verified files. */
export type CueItem =
  | { readonly kind: "file"; readonly path: string; readonly durationMs: number; readonly gainDb: number }
  | { readonly kind: "chime"; readonly durationMs: number; readonly gainDb: number }
  | { readonly kind: "tone"; readonly tone: Tone; readonly durationMs: number; readonly gainDb: number }
  | { readonly kind: "silence"; readonly durationMs: number }
  /** Live speech, at its own time: `soundsFrom` is station time of media time 0 at the horns. */
  | {
      readonly kind: "live";
      readonly sessionId: string;
      readonly soundsFrom: UnixMs;
      readonly durationMs: number;
      readonly gainDb: number;
    };

/** A packet of live speech that was believed, on its way to the card. */
export interface LiveSpeech {
  readonly sessionId: string;
  /** Station time at which media time 0 is to sound, and at which the session ends in any case. */
  readonly soundsFrom: UnixMs;
  readonly endsAt: UnixMs;
  readonly mediaTimeUs: number;
  /** Nothing comes after it. */
  readonly last: boolean;
  /** Opus packets of 20 ms, base64. */
  readonly frames: readonly string[];
}

/** How one session's speech goes at the card. Its units are those of LiveReception in the protocol. */
export interface LiveHealth {
  readonly sessionId: string;
  readonly late: number;
  readonly concealedMs: number;
  readonly silencedMs: number;
  readonly bufferMs: number;
}

/** What the arbiter wants the sound card to play, on station time. A cue whose start has passed is joined where it would be now. */
export interface Cue {
  readonly id: string;
  /** Station time (hub's scale) at which the first sample should leave the horns. */
  readonly startAt: UnixMs;
  readonly items: readonly CueItem[];
  readonly gainDb: number;
}

/** How a cue went, as the audio process counts it. */
export interface CueProgress {
  readonly id: string;
  readonly state: "playing" | "ended" | "stopped" | "failed";
  /** Media frames (48 kHz) of the cue handed to the card. */
  readonly samplesRendered: number;
  /** First sample at the horns against the plan, ms; positive is late. A joined cue: against where it should be. */
  readonly startErrorMs?: number;
  /** The media frame of the cue with which it began; beyond 0: it was joined. */
  readonly firstFrame?: number;
  /** Loudness of what was rendered, dBFS rms over the cue so far. */
  readonly rmsDb?: number;
  readonly code?: string;
}

/** Station time as a line over the machine's monotonic time: station = local + offsetMs + drift × (local − refMs). */
export interface ClockLine {
  readonly refMs: UnixMs;
  readonly offsetMs: number;
  readonly drift: number;
}

/** State of the card's stream, for health. */
export interface AudioHealth {
  readonly state: "starting" | "running" | "lost";
  /** Frames between writing and sounding, ms. */
  readonly delayMs?: number;
  /** Playhead error, median of the window, ms. */
  readonly errorMs?: number;
  /** Steering now in force, parts per million. */
  readonly steeringPpm?: number;
  readonly jumps: number;
  readonly underruns: number;
  readonly restarts: number;
  /** Sessions whose speech is held. */
  readonly live?: readonly LiveHealth[];
}

/** The sound card behind its child process. It restarts by itself and re-cues what should be sounding. */
export interface AudioEngine {
  start(): void;
  close(): Promise<void>;
  setClock(line: ClockLine): void;
  /** Queues or replaces the cue with this id. */
  play(cue: Cue): void;
  /** Fades out and drops the cue (`fadeMs` 0: within one block of 10 ms). */
  stop(cueId: string, fadeMs: number): void;
  stopAll(fadeMs: number): void;
  /** Hands on live speech; it sounds while a cue holds its session. */
  speak(speech: LiveSpeech): void;
  health(): AudioHealth;
  onProgress(listener: (progress: CueProgress) => void): void;
}
