import { ERROR_CODES, type ErrorCode } from "./error-codes.ts";

/** Facts that go with an error, fit for a log line or a problem document. */
export type ErrorContext = Record<string, unknown>;

/**
 * The one error of Loa: a stable `code` of ERROR_CODES, a sentence for people, facts for machines, and the cause.
 * Expected outcomes (preempted, missed, refused) are values, never this.
 */
export class LoaError extends Error {
  readonly code: ErrorCode;
  readonly context: ErrorContext;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "LoaError";
    this.code = code;
    this.context = context;
  }

  /** HTTP status that this code answers with. */
  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}

/** The code of any thrown thing: a LoaError's own, else INTERNAL. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof LoaError ? error.code : "INTERNAL";
}
