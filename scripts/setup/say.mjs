import path from "node:path";

/** The repository's root folder. */
export const ROOT = path.resolve(import.meta.dirname, "../..");

/** One line for people. Standard output belongs to the ready line. */
export function say(line) {
  process.stderr.write(`loa: ${line}\n`);
}

/** Ends set-up with a message, and what a tool said last where there is such. */
export function fail(line, output = "") {
  const tail = output.trim().split("\n").slice(-20).join("\n");
  if (tail) process.stderr.write(`${tail}\n`);
  say(line);
  process.exit(1);
}
