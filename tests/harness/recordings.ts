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
  return (
    readdirSync(folder)
      // The sound appears after its sidecar.
      .filter((name) => name.endsWith(".wav"))
      .map((name) => {
        const sidecar = readFileSync(join(folder, name.replace(/wav$/, "json")), "utf8");
        return { ...JSON.parse(sidecar), samples: wavSamples(readFileSync(join(folder, name))) } as Recording;
      })
      .sort((a, b) => a.firstSampleAtUs - b.firstSampleAtUs)
  );
}

/** Samples of a 16-bit mono WAV file. */
function wavSamples(file: Buffer): Float32Array {
  const data = file.indexOf("data", 12, "latin1");
  const bytes = Math.min(file.readUInt32LE(data + 4), file.length - data - 8);
  // A copy of its own: samples of 16 bits begin at even places, a buffer of Node's anywhere.
  const raw = new Uint8Array(file.subarray(data + 8, data + 8 + (bytes & ~1)));
  return new Float32Array(new Int16Array(raw.buffer)).map((sample) => sample / 32_768);
}
