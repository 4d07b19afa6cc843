import type { ErrorCode } from "@loa/kernel/error-codes";
import type { Conflict } from "@loa/protocol/http/schedules";

/** The hub's stable codes, and HUB_AWAY when it did not answer at all. */
export type ApiCode = ErrorCode | "HUB_AWAY";

/** What a problem document tells beyond its code. */
export interface ApiFacts {
  readonly status: number;
  /** Something was to be changed, and was not. */
  readonly write?: boolean;
  readonly advice?: string;
  readonly problems?: readonly { path: string; message: string }[];
  readonly conflicts?: readonly Conflict[];
  /** LIVE_HELD: who speaks there, since when (Unix ms). */
  readonly holder?: { readonly id: string; readonly name: string; readonly since: number };
  /** Seconds to wait, from Retry-After. */
  readonly retryAfter?: number;
}

/** A request that did not succeed. `code` is from docs/errors.md; `message` is the hub's own sentence. */
export class ApiError extends Error {
  readonly code: ApiCode;
  readonly facts: ApiFacts;

  constructor(code: ApiCode, message: string, facts: ApiFacts, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ApiError";
    this.code = code;
    this.facts = facts;
  }
}

/** Reads a refusal; a body that is no problem document becomes INTERNAL, or HUB_AWAY behind a proxy. */
export function problemToError(status: number, body: unknown, retryAfter: string | null): ApiError {
  const problem = (typeof body === "object" && body !== null ? body : {}) as Partial<ApiFacts> & {
    code?: ErrorCode;
    detail?: string;
  };
  const code = problem.code ?? ([502, 503, 504].includes(status) ? "HUB_AWAY" : "INTERNAL");
  const seconds = Number(retryAfter);
  return new ApiError(code, problem.detail ?? `HTTP ${status}`, {
    status,
    ...(problem.advice !== undefined && { advice: problem.advice }),
    ...(problem.problems !== undefined && { problems: problem.problems }),
    ...(problem.conflicts !== undefined && { conflicts: problem.conflicts }),
    ...(problem.holder !== undefined && { holder: problem.holder }),
    ...(retryAfter !== null && Number.isFinite(seconds) && { retryAfter: seconds }),
  });
}

/** Any thrown thing as an ApiError. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  return new ApiError("INTERNAL", String(thrown), { status: 0 }, { cause: thrown });
}
