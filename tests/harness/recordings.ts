import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One continuous stretch of closed relays, as the simulator recorded and stamped it. */
export interface Recording {
  readonly stationId: string;
  readonly zone: string;
  readonly firstSampleAtUs: number;
  readonly sampleRate: number;
  readonly samples: Float32Array;
}

/** All finished recordings of a zone, oldest first. `data` is the simulator's data folder. */
export function recordingsOf(data: string, stationId: string, zone: string): Recording[] {
  const folder = join(data, "recordings", stationId, zone);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => {
      const sidecar = JSON.parse(readFileSync(join(folder, name), "utf8")) as Omit<Recording, "samples">;
      return { ...sidecar, samples: wavSamples(readFileSync(join(folder, name.replace(/json$/, "wav")))) };
    })
    .sort((a, b) => a.firstSampleAtUs - b.firstSampleAtUs);
}

/** Samples of a 16-bit mono WAV file. */
export function wavSamples(file: Buffer): Float32Array {
  const data = file.indexOf("data", 12, "latin1");
  const bytes = Math.min(file.readUInt32LE(data + 4), file.length - data - 8);
  return Float32Array.from({ length: bytes >> 1 }, (_, i) => file.readInt16LE(data + 8 + 2 * i) / 32_768);
}
