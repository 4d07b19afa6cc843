import { codeOf, LoaError } from "@loa/kernel/errors";
import { readConfig } from "../config.ts";
import { callPole } from "./pole-call.ts";
import type { PoleRequest, PoleStatus } from "./pole-messages.ts";

const USAGE = "npm run pole -- lock-out [minutes] | release | status";

/** @throws BAD_REQUEST naming what can be asked */
function requestOf([what, minutes, ...rest]: readonly string[]): PoleRequest {
  const number = Number(minutes);
  if (what === "lock-out" && rest.length === 0 && (minutes === undefined || number > 0))
    return { do: what, ...(minutes !== undefined && { minutes: number }) };
  if ((what === "release" || what === "status") && minutes === undefined) return { do: what };
  throw new LoaError("BAD_REQUEST", USAGE);
}

function told({ station, lockedOut, lockedOutUntil, sounding }: PoleStatus): string {
  if (lockedOut.length === 0) {
    const now = sounding ? "đang phát · sounding" : "im lặng · silent";
    return `${station}: KHÔNG khóa · not locked out (${now})`;
  }
  const time = lockedOutUntil === null ? "" : new Date(lockedOutUntil).toTimeString().slice(0, 5);
  const until = time && ` đến · until ${time}`;
  const by = lockedOut.map((one) => (one === "switch" ? "công tắc · switch" : "lệnh · command"));
  return `${station}: ĐÃ KHÓA · LOCKED OUT${until} (${by.join(", ")})`;
}

async function main(): Promise<void> {
  const request = requestOf(process.argv.slice(2));
  const { data } = readConfig(process.env.LOA_CONFIG ?? "station.yaml", process.env);
  const answer = await callPole(data, request);
  if (!answer.ok) throw new LoaError("BAD_REQUEST", `${answer.code}: ${answer.message}`);
  process.stdout.write(`${told(answer.status)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${codeOf(error)}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
