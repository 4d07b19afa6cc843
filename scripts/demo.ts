import path from "node:path";
import { LoaError } from "@loa/kernel/errors";
import type { Children, ReadyLine } from "./children.ts";

const ROOT = path.resolve(import.meta.dirname, "..");

/** Where the demo serves: hub's and simulator's ready lines in one. */
export interface DemoReady extends ReadyLine {
  readonly http: string;
  readonly mqtt: string;
  readonly sim: string;
  readonly ca: string;
}

export interface DemoOptions {
  /** Folder of all data; a second start finds it again. */
  readonly data: string;
}

/** Starts the hub and the simulated hardware. Throws what `Children.start` throws. */
export async function startDemo(children: Children, { data }: DemoOptions): Promise<DemoReady> {
  const env = { LOA_DATA: data };
  const hub = await children.start({ name: "hub", group: "hub", file: part("hub/src/main.ts"), env });
  const sim = await children.start({ name: "sim", group: "sim", file: part("firmware-sim/src/cli.ts"), env });
  return {
    event: "ready",
    http: text(hub, "http"),
    mqtt: text(hub, "mqtt"),
    sim: text(sim, "sim"),
    ca: text(hub, "ca"),
  };
}

function text(line: ReadyLine, field: string): string {
  const value = line[field];
  if (typeof value === "string") return value;
  throw new LoaError("INTERNAL", `a ready line lacks ${field}`, { line });
}

const part = (file: string) => path.join(ROOT, file);
