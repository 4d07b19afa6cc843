import { join } from "node:path";

/** Runs once before files that open pages beside each other: two builds at once would take each other's output away. */
export async function setup(): Promise<void> {
  const { ensureDashboard } = await import(join(import.meta.dirname, "../../scripts/setup/dashboard.mjs"));
  ensureDashboard();
}
