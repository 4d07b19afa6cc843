import type { Logger } from "@loa/kernel/log";

/** One JSON line a message on standard error; standard output is for the ready line alone. */
export const stderrLog: Logger = {
  debug() {},
  info: (fields, message) => line("info", fields, message),
  warn: (fields, message) => line("warn", fields, message),
  error: (fields, message) => line("error", fields, message),
};

function line(level: string, fields: object, message: string | undefined): void {
  const printable = Object.entries(fields).map(([key, value]) => [
    key,
    value instanceof Error ? (value.stack ?? value.message) : value,
  ]);
  process.stderr.write(`${JSON.stringify({ level, message, ...Object.fromEntries(printable) })}\n`);
}
