import path from "node:path";
import type { LoaError } from "@loa/kernel/errors";
import { SystemClock } from "@loa/kernel/system-clock";
import { Children } from "./children.ts";
import { type DemoReady, startDemo } from "./demo.ts";

const data = path.resolve(process.env.LOA_DATA ?? path.join(import.meta.dirname, "../data"));
const logFolder = path.join(data, "logs");
const children = new Children({
  clock: new SystemClock(),
  logFolder,
  onUnexpectedEnd: (error) => end(error),
});

let ending = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => end());

try {
  const { ready, library } = await startDemo(children, { data });
  announce(ready);
  await library.catch((error: Error) =>
    say(`Some of the demo's announcements are missing: ${error.message}`),
  );
} catch (error) {
  end(error as LoaError);
}

/** Ends everything, once; with an error that is told and makes the exit code 1. */
function end(error?: LoaError): void {
  if (ending) return;
  ending = true;
  if (error) {
    say(`${error.message}\nAll that the parts printed is in ${logFolder}`);
    process.exitCode = 1;
  }
  void children.stop();
}

function announce(ready: DemoReady): void {
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  say(`Loa serves at ${ready.http} (Ctrl-C ends it)`);
  say("Demo accounts: admin, admin2, tinh, huyen, huyen2, xa, xa2, kythuat");
  say(`Password of all: ${ready.password}`);
}

function say(lines: string): void {
  process.stderr.write(`${lines}\n`);
}
