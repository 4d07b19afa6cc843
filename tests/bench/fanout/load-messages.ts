import type { KeySet, PublicKey } from "@loa/protocol/key-set";

/** One simulated station of the load. */
export interface LoadStation {
  readonly id: string;
  /** base64url */
  readonly secret: string;
  readonly areaPath: readonly string[];
}

/** What the process of load clients is told. */
export type ToLoad =
  | {
      readonly say: "join";
      readonly port: number;
      readonly stations: readonly LoadStation[];
      readonly trust: { readonly root: PublicKey; readonly keySet: KeySet };
    }
  /** Counts anew: the next alert is looked for, at so many. `ignorePast`: what is sent again of an earlier one does not count. */
  | { readonly say: "watch"; readonly expect: number; readonly ignorePast: boolean }
  | { readonly say: "report" }
  | { readonly say: "freeze"; readonly ids: readonly string[] }
  | { readonly say: "thaw" };

/** What it answers. `at`: when each station had the alert whole, ms of this machine's monotonic clock. */
export type FromLoad =
  | { readonly say: "joined" }
  | { readonly say: "watching" }
  | {
      readonly say: "received";
      readonly at: readonly number[];
      /** Signatures looked at, and what one took, ms. */
      readonly verified: number;
      readonly verifyMs: number;
      /** The alert as it came, a compact JWS. */
      readonly payload: string;
    };

/** Ms of a clock that all processes of this machine share. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6;
