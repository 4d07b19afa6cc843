import { createHash } from "node:crypto";
import { get as getPlain } from "node:http";
import { get } from "node:https";
import { LoaError } from "@loa/kernel/errors";
import { plainProof } from "@loa/protocol/uplink";
import type { HubFacts } from "./crew.ts";
import type { LightIdentity } from "./light-station.ts";

const TIMEOUT_MS = 30_000;

/** Fetches an asset, compares its hash, and lets it go. Answers its length in bytes. @throws ASSET_MISSING · ASSET_CORRUPT */
export function fetchAsset(hub: HubFacts, identity: LightIdentity, sha256: string): Promise<number> {
  const url = new URL(`/assets/${sha256}`, hub.assets);
  return new Promise((resolve, reject) => {
    const failed = (why: string) =>
      reject(new LoaError("ASSET_MISSING", `${url.pathname}: ${why}`, { sha256 }));
    const options = url.protocol === "https:" ? secured(hub, identity) : proven(identity);
    const request = (url.protocol === "https:" ? get : getPlain)(url, options, (response) => {
      const hash = createHash("sha256");
      let bytes = 0;
      response.on("data", (part: Buffer) => {
        hash.update(part);
        bytes += part.length;
      });
      response.on("error", (error) => failed(error.message));
      response.on("end", () => {
        if (response.statusCode !== 200) return failed(`the hub answers ${response.statusCode}`);
        if (hash.digest("hex") === sha256) return resolve(bytes);
        reject(new LoaError("ASSET_CORRUPT", `${url.pathname} has another hash`, { sha256 }));
      });
    });
    request.on("timeout", () => request.destroy(new Error("time-out")));
    request.on("error", (error) => failed(error.message));
  });
}

function secured({ ca }: HubFacts, { certificate, key }: LightIdentity) {
  return { ca, cert: certificate, key, agent: false as const, timeout: TIMEOUT_MS };
}

function proven({ station, secret }: LightIdentity) {
  const proof = plainProof(Buffer.from(secret, "base64url"), "assets");
  return {
    headers: { authorization: `Station ${station}:${proof}` },
    agent: false as const,
    timeout: TIMEOUT_MS,
  };
}
