import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";

const HEADER = 5;
const PCM = 0x02;

/** Stands between a station and its sound card (docs/sound-card.md) and tells when sound is handed over. */
export class CardTap {
  readonly #server: Server;
  readonly #path: string;
  #heard: ((at: number) => void) | null = null;

  /** `path`: where the station looks for its card; `card`: where it is. */
  constructor(path: string, card: string) {
    this.#path = path;
    this.#server = createServer((station) => {
      const real = connect(card);
      let pending: Buffer = Buffer.alloc(0);
      station.on("data", (bytes: Buffer) => {
        const at = performance.now();
        real.write(bytes);
        pending = this.#read(Buffer.concat([pending, bytes]), at);
      });
      real.on("data", (bytes: Buffer) => station.write(bytes));
      for (const [one, other] of [
        [station, real],
        [real, station],
      ] as const) {
        one.on("error", () => {});
        one.on("close", () => other.destroy());
      }
    });
  }

  async listen(): Promise<this> {
    this.#server.listen(this.#path);
    await once(this.#server, "listening");
    return this;
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => {
      this.#server.close(() => done());
    });
    rmSync(this.#path, { force: true });
  }

  /** When the next block comes that is not silent, on the scale of `performance.now()`. */
  nextSound(): Promise<number> {
    return new Promise((found) => {
      this.#heard = found;
    });
  }

  /** Looks through whole messages; returns what is left of the last. */
  #read(bytes: Buffer, at: number): Buffer {
    let from = 0;
    while (bytes.length - from >= HEADER) {
      const end = from + HEADER + bytes.readUInt32LE(from + 1);
      if (end > bytes.length) break;
      if (bytes[from] === PCM && bytes.subarray(from + HEADER, end).some((byte) => byte !== 0)) {
        this.#heard?.(at);
        this.#heard = null;
      }
      from = end;
    }
    return bytes.subarray(from);
  }
}
