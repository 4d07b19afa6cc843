// Puts in place what `npm start` and `npm test` need. Runs on the system's Node (20 or later) before anything is installed.
import { fail } from "./setup/say.mjs";

const [mode] = process.argv.slice(2);
if (mode !== "start" && mode !== "test") fail("usage: node scripts/setup.mjs start|test");

const { ensureNodeModules } = await import("./setup/node-modules.mjs");
ensureNodeModules();

const { ensurePrograms } = await import("./setup/programs.mjs");
ensurePrograms(mode);

if (mode === "start") {
  const { ensureDashboard } = await import("./setup/dashboard.mjs");
  ensureDashboard();
}

if (mode === "test") {
  const { ensureFirmware } = await import("./setup/firmware.mjs");
  ensureFirmware();
}
