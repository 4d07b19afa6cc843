import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { Moment } from "../core/moment.ts";

const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/** Which start of the machine this is, and how long ago that was. Null where the machine does not tell. Source: proc(5) */
export function momentOfMachine(): Moment | null {
  try {
    return { boot: readFileSync(BOOT_ID, "utf8").trim(), upMs: uptime() * 1_000 };
  } catch {
    return null;
  }
}
