import { ERROR_CODES, type ErrorCode } from "@loa/kernel/error-codes";
import { LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import type { Problem } from "@loa/protocol/http/problem";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** Media type of RFC 9457. */
export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** Makes every error of the server, its own 404 included, a problem document. Unforeseen ones are logged with their stack. */
export function answerProblems(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const known = asLoaError(error);
    if (known.code === "INTERNAL") log.error({ err: error, requestId: request.id }, "a request failed");
    return sendProblem(reply, known);
  });
}

/** Answers with the problem document of `error`. */
export function sendProblem(reply: FastifyReply, error: LoaError): FastifyReply {
  const { retryAfterSeconds } = error.context;
  if (typeof retryAfterSeconds === "number") reply.header("retry-after", String(retryAfterSeconds));
  return reply
    .code(error.status)
    .header("content-type", PROBLEM_TYPE)
    .send(JSON.stringify(problem(error)));
}

/** The error of a path that leads nowhere. */
export function noSuchPath(request: FastifyRequest): LoaError {
  return new LoaError("NOT_FOUND", `there is nothing at ${request.method} ${request.url.split("?")[0]}`);
}

/** The problem document of an error. Causes and stacks stay in the log. */
export function problem(error: LoaError): Problem {
  const { problems, conflicts, holder } = error.context as Partial<Problem>;
  return {
    type: `urn:loa:error:${error.code}`,
    title: title(error.code),
    status: error.status,
    code: error.code,
    detail: error.message,
    advice: ERROR_CODES[error.code].advice,
    ...(problems && { problems }),
    ...(conflicts && { conflicts }),
    ...(holder && { holder }),
  };
}

const title = (code: ErrorCode) => `${code[0]}${code.slice(1).toLowerCase().replaceAll("_", " ")}`;

function asLoaError(error: FastifyError): LoaError {
  if (error instanceof LoaError) return error;
  if (error.validation) {
    const part = error.validationContext ?? "body";
    const problems = error.validation.slice(0, 20).map((fault) => ({
      path: `/${part}${fault.instancePath}`,
      message: fault.message ?? "does not fit",
    }));
    const first = problems[0];
    const detail = first ? `${first.path} ${first.message}` : `the ${part} does not fit its schema`;
    return new LoaError("BAD_REQUEST", detail, { problems });
  }
  if (error.statusCode === 413) return new LoaError("PAYLOAD_TOO_LARGE", error.message, {}, { cause: error });
  if (error.statusCode === 429) return new LoaError("TOO_MANY_REQUESTS", error.message, {}, { cause: error });
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new LoaError("BAD_REQUEST", error.message, {}, { cause: error });
  return new LoaError(
    "INTERNAL",
    "the hub could not do this; the log line with the request's id says why",
    {},
    { cause: error },
  );
}
