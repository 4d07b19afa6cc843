import { type Static, Type } from "typebox";
import { Instant, ZoneId } from "./identity.ts";
import { LiveReception, SoundedFor } from "./live-session.ts";
import { Priority } from "./priority.ts";

/** One measured value with its own time. */
export const Measured = Type.Object({ value: Type.Number(), at: Instant });
export type Measured = Static<typeof Measured>;

/** What the sensors last said; an absent field has no sensor. V rms, A rms, °C. */
export const StationReadings = Type.Object({
  outputVolts: Type.Optional(Measured),
  zoneAmps: Type.Record(ZoneId, Measured),
  mainsVolts: Type.Optional(Measured),
  batteryVolts: Type.Optional(Measured),
  temperature: Type.Optional(Measured),
  doorOpen: Type.Optional(Type.Boolean()),
});
export type StationReadings = Static<typeof StationReadings>;

/** What sounds at a station now. */
export const OnAir = Type.Object({
  ...SoundedFor,
  segment: Type.Integer(),
  priority: Priority,
  since: Instant,
});
export type OnAir = Static<typeof OnAir>;

/** State of the station's clock. */
export const ClockState = Type.Object({
  synchronised: Type.Boolean({ description: "error bound ≤ 60 s" }),
  errorMs: Type.Number({ description: "bound of the error" }),
  offsetMs: Type.Number({ description: "hub time minus the board's own time" }),
  source: Type.Enum(["hub", "rtc", "none"]),
});
export type ClockState = Static<typeof ClockState>;

/** State of the sound card's stream. */
export const AudioState = Type.Object({
  state: Type.Enum(["starting", "running", "lost"]),
  delayMs: Type.Optional(Type.Number()),
  errorMs: Type.Optional(Type.Number({ description: "playhead error, median" })),
  steeringPpm: Type.Optional(Type.Number()),
  jumps: Type.Integer(),
  underruns: Type.Integer(),
  restarts: Type.Integer(),
});
export type AudioState = Static<typeof AudioState>;

/** Topic `up/…/health`, every 30 s, every 5 s while on air, and at once when what is on air changes. */
export const Health = Type.Object({
  at: Instant,
  onAir: Type.Union([OnAir, Type.Null()]),
  board: Type.Enum(["connecting", "ready", "lost"]),
  amplifier: Type.Boolean({ description: "mains relay closed" }),
  zonesClosed: Type.Array(ZoneId),
  readings: StationReadings,
  clock: ClockState,
  audio: AudioState,
  live: Type.Optional(
    Type.Union([LiveReception], { description: "while live speech is open; then sent every 2 s" }),
  ),
  lockedOutUntil: Type.Optional(Type.Union([Instant], { description: "somebody works at the pole" })),
  storageFreeBytes: Type.Number(),
  rssBytes: Type.Number(),
});
export type Health = Static<typeof Health>;
