import { createHash } from "node:crypto";
import { LoaError } from "@loa/kernel/errors";
import { claimedEnvelope, Envelope, type SignedKind, type Trust, verify } from "@loa/protocol/envelope";
import { check } from "@loa/protocol/parse";
import type { Segment } from "@loa/protocol/plan";
import type { Static, TSchema } from "typebox";
import type { Sampler } from "./sampler.ts";

/** What a signed message says, with when it was signed and until when it holds, Unix ms. */
export interface Received<Body> {
  readonly body: Body;
  readonly signedAt: number;
  readonly expiresAt: number;
}

/** Above this many remembered lists of segments, those that nobody holds any more are forgotten. */
const MANY = 500;

/**
 * Takes signed messages in for all stations of a process. The share that `sampler` picks is verified as a station does; of the
 * others everything is checked but the signature, because verifying costs more than all the rest together.
 */
export class Reception {
  readonly #sampler: Sampler;
  readonly #segments = new Map<string, WeakRef<readonly Segment[]>>();
  verified = 0;

  constructor(sampler: Sampler) {
    this.#sampler = sampler;
  }

  /** @throws as `verify` of the protocol does */
  async take<Body extends TSchema>(
    kind: SignedKind,
    schema: Body,
    compact: string,
    trust: Trust,
  ): Promise<Received<Static<Body>>> {
    if (!this.#sampler.next()) return unverified(kind, schema, compact, trust);
    const { body, iat, exp } = await verify(kind, schema, compact, trust);
    this.verified++;
    return { body, signedAt: iat * 1_000, expiresAt: exp * 1_000 };
  }

  /** One copy of segments that are the same, whoever has them: a commune's stations share their plans' contents. */
  shared(segments: readonly Segment[]): readonly Segment[] {
    const key = createHash("sha1").update(JSON.stringify(segments)).digest("base64");
    const known = this.#segments.get(key)?.deref();
    if (known) return known;
    if (this.#segments.size > MANY)
      for (const [old, held] of this.#segments) if (!held.deref()) this.#segments.delete(old);
    this.#segments.set(key, new WeakRef(segments));
    return segments;
  }
}

function unverified<Body extends TSchema>(
  kind: SignedKind,
  schema: Body,
  compact: string,
  { audience, now, clockErrorMs }: Trust,
): Received<Static<Body>> {
  const { aud, iat, exp, body } = check(Envelope, claimedEnvelope(compact), `${kind} envelope`);
  if (!aud.some((one) => audience.includes(one)))
    throw new LoaError("AUDIENCE_WRONG", `a ${kind} is meant for ${aud.join(", ")}`, { aud });
  if (now - clockErrorMs > exp * 1_000) throw new LoaError("EXPIRED", `a ${kind} expired`, { exp });
  return { body: check(schema, body, kind), signedAt: iat * 1_000, expiresAt: exp * 1_000 };
}
