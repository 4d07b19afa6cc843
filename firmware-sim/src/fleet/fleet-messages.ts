import type { Latency } from "./core/latency.ts";
import type { Deed } from "./core/script.ts";
import type { HubFacts, Measured } from "./crew.ts";
import type { LightIdentity } from "./light-station.ts";

/** What a process of stations is told. */
export type ToCrew =
  | {
      readonly say: "crew";
      readonly hub: HubFacts;
      readonly session: number;
      readonly verify: number;
    }
  | {
      readonly say: "stations";
      readonly stations: readonly (LightIdentity & { readonly fetches: boolean })[];
    }
  | { readonly say: "start"; readonly withinMs: number }
  | { readonly say: "deed"; readonly deed: Deed; readonly stations: readonly string[] }
  | { readonly say: "end" };

/** How its stations are, how they do, and what they did since the process began. */
export interface CrewReport {
  readonly say: "report";
  readonly states: Readonly<Record<string, number>>;
  readonly confirmed: number;
  readonly onAir: number;
  /** Of those on air: by an alert. */
  readonly alerting: number;
  readonly receiptsUnsent: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly latencies: Readonly<Record<Measured, Latency>>;
  readonly verified: number;
  readonly rssBytes: number;
  readonly cpuMs: number;
}
