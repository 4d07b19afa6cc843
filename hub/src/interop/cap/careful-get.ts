import { type LookupAddress, type LookupOptions, lookup as systemLookup } from "node:dns";
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { LoaError } from "@loa/kernel/errors";
import { seconds } from "@loa/kernel/units";
import { isPublicAddress, isPublicIp } from "./public-address.ts";

const MOST_REDIRECTS = 3;
/** A feed, a document or a sound that takes longer is of no use to an alert. */
export const LONGEST_GET_MS = seconds(10);

/** What may be asked for, and how much of it. */
export interface GetLimits {
  readonly maxBytes: number;
  /** The whole answer, redirects included. */
  readonly timeoutMs?: number;
  /** Also addresses that are not of the public internet. */
  readonly allowPrivate: boolean;
  /** Over TLS only, from the first address to the last. */
  readonly tlsOnly?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Finds numbers of a name; default: the system's. */
  readonly resolve?: Resolve;
}

/** Numbers of a name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** What was answered: 200 with its body, or 304 without. `url` is where it was in the end. */
export interface Got {
  readonly status: 200 | 304;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  readonly url: string;
}

/**
 * Gets a file of strangers: bounded in size, time and redirects, and only from the public internet unless allowed. Names are resolved
 * first, and exactly the numbers that were checked are connected to; each redirect is judged anew.
 * @throws SOURCE_UNREACHABLE no answer in time, or none of 200 and 304 (`status`, `retryAfter`) · SOURCE_ADDRESS · SOURCE_TOO_LARGE
 */
export async function carefulGet(address: string, limits: GetLimits): Promise<Got> {
  const { timeoutMs = LONGEST_GET_MS } = limits;
  const late = AbortSignal.timeout(timeoutMs);
  try {
    return await follow(address, limits, late, MOST_REDIRECTS);
  } catch (cause) {
    if (cause instanceof LoaError) throw cause;
    const why = late.aborted ? `took more than ${timeoutMs} ms` : (cause as Error).message;
    throw new LoaError("SOURCE_UNREACHABLE", `${hostOf(address)}: ${why}`, {}, { cause });
  }
}

async function follow(
  address: string,
  limits: GetLimits,
  late: AbortSignal,
  redirects: number,
): Promise<Got> {
  demandAllowed(address, limits);
  const answer = await ask(address, limits, late);
  const { statusCode = 0, headers } = answer;
  const { location } = headers;
  if ([301, 302, 303, 307, 308].includes(statusCode) && location !== undefined) {
    answer.destroy();
    if (redirects === 0)
      throw unreachable(address, `leads on more than ${MOST_REDIRECTS} times`, { status: statusCode });
    return follow(new URL(location, address).href, limits, late, redirects - 1);
  }
  if (statusCode !== 200 && statusCode !== 304) {
    answer.destroy();
    const { "retry-after": retryAfter } = headers;
    throw unreachable(address, `answers ${statusCode}`, { status: statusCode, retryAfter });
  }
  const { "content-encoding": encoding = "identity" } = headers;
  // Nothing is unpacked, so nothing can swell.
  if (encoding.trim().toLowerCase() !== "identity") {
    answer.destroy();
    throw unreachable(address, `answers in the encoding ${encoding}, which was not asked for`);
  }
  return { status: statusCode, headers, body: await bodyOf(address, answer, limits.maxBytes), url: address };
}

function demandAllowed(address: string, { allowPrivate, tlsOnly = false }: GetLimits): void {
  const url = URL.parse(address);
  if (tlsOnly && url?.protocol === "http:")
    throw new LoaError(
      "SOURCE_ADDRESS",
      `${hostOf(address)} is not asked without TLS: what it says may be aired at once`,
    );
  if (!url || !/^https?:$/.test(url.protocol) || (!allowPrivate && !isPublicAddress(address)))
    throw new LoaError("SOURCE_ADDRESS", `${hostOf(address)} is not asked: it is not of the public internet`);
}

function ask(address: string, limits: GetLimits, signal: AbortSignal): Promise<IncomingMessage> {
  const url = new URL(address);
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  const headers = { "accept-encoding": "identity", "user-agent": "loa", ...limits.headers };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const lookup = checkedLookup(limits);
  request(url, { headers, signal, lookup, agent: false, maxHeaderSize: 16_384 })
    .on("response", resolve)
    .on("error", reject)
    .end();
  return promise;
}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** The system's look-up, which finds nothing where any of the numbers is not of the public internet. */
function checkedLookup({ allowPrivate, resolve = numbersOf }: GetLimits) {
  return (host: string, options: LookupOptions, found: Found): void => {
    resolve(host)
      .then((all) => {
        const bad = allowPrivate ? undefined : all.find(({ address }) => !isPublicIp(address));
        if (bad)
          throw new LoaError(
            "SOURCE_ADDRESS",
            `${host} is not asked: it is at ${bad.address}, which is not public`,
          );
        const [first] = all;
        if (!first) throw new LoaError("SOURCE_UNREACHABLE", `${host} has no address`);
        return first;
      })
      .then(
        (first) => (options.all ? found(null, [first]) : found(null, first.address, first.family)),
        (error) => found(error, options.all ? [] : ""),
      );
  };
}

function numbersOf(host: string): Promise<LookupAddress[]> {
  const { promise, resolve, reject } = Promise.withResolvers<LookupAddress[]>();
  systemLookup(host, { all: true }, (error, all) => (error ? reject(error) : resolve(all)));
  return promise;
}

async function bodyOf(address: string, answer: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBytes) {
      answer.destroy();
      throw new LoaError("SOURCE_TOO_LARGE", `${hostOf(address)} sends more than ${maxBytes} bytes`, {
        maxBytes,
      });
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Without path and query, which may be secret. */
const hostOf = (address: string) => URL.parse(address)?.host || "the address";

const unreachable = (address: string, why: string, context: Record<string, unknown> = {}) =>
  new LoaError("SOURCE_UNREACHABLE", `${hostOf(address)} ${why}`, context);
