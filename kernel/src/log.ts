/** What every part logs through; pino fits it as it is. Fields first, then a message for people. */
export interface Logger {
  debug(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
}

/** Says nothing; for tests and tools. */
export const silentLog: Logger = { debug() {}, info() {}, warn() {}, error() {} };
