import { createHash } from "node:crypto";
import { LoaError } from "@loa/kernel/errors";
import { Alert } from "@loa/protocol/alert";
import { claimedEnvelope, Envelope, type SignedKind, type Trust, verify } from "@loa/protocol/envelope";
import { check } from "@loa/protocol/parse";
import type { Segment } from "@loa/protocol/plan";
import type { Static, TSchema } from "typebox";
import { type AlertFacts, factsOf } from "./core/held-alert.ts";
import type { Sampler } from "./sampler.ts";

/** What a signed message says, with when it was signed and until when it holds, Unix ms. */
export interface Received<Body> {
  readonly body: Body;
  readonly signedAt: number;
  readonly expiresAt: number;
}

/** What an alert's text says, before anybody believes it. */
interface Claimed {
  readonly envelope: Omit<Envelope, "body">;
  readonly facts: AlertFacts;
}

/** So many texts of alerts are remembered at once. */
const MANY_ALERTS = 16;
/** Above this many remembered lists of segments, those that nobody holds any more are forgotten. */
const MANY = 500;

/**
 * Takes signed messages in for all stations of a process. The share that `sampler` picks is verified as a station does; of the
 * others everything is checked but the signature, because verifying costs more than all the rest together.
 */
export class Reception {
  readonly #sampler: Sampler;
  readonly #segments = new Map<string, WeakRef<readonly Segment[]>>();
  readonly #alerts = new Map<string, Claimed>();
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

  /**
   * As `take`, for alerts: thousands of stations get the same text, so it is read once, and all of them hold one copy of what it says.
   * @throws as `verify` of the protocol does
   */
  async takeAlert(kind: "alert" | "exercise", compact: string, trust: Trust): Promise<Received<AlertFacts>> {
    const claimed = this.#claimed(kind, compact);
    if (this.#sampler.next()) {
      await verify(kind, Alert, compact, trust);
      this.verified++;
    } else judge(kind, claimed.envelope, trust);
    const { iat, exp } = claimed.envelope;
    return { body: claimed.facts, signedAt: iat * 1_000, expiresAt: exp * 1_000 };
  }

  #claimed(kind: SignedKind, compact: string): Claimed {
    const known = this.#alerts.get(compact);
    if (known) return known;
    const { body, ...rest } = check(Envelope, claimedEnvelope(compact), `${kind} envelope`);
    const facts = factsOf(check(Alert, body, kind));
    if (facts.actual !== (kind === "alert"))
      throw new LoaError("KEY_USE_WRONG", `an alert of another kind came as ${kind}`);
    const claimed = { envelope: rest, facts };
    if (this.#alerts.size >= MANY_ALERTS) this.#alerts.clear();
    this.#alerts.set(compact, claimed);
    return claimed;
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
  trust: Trust,
): Received<Static<Body>> {
  const envelope = check(Envelope, claimedEnvelope(compact), `${kind} envelope`);
  judge(kind, envelope, trust);
  const { iat, exp, body } = envelope;
  return { body: check(schema, body, kind), signedAt: iat * 1_000, expiresAt: exp * 1_000 };
}

/** Whom it is meant for, and whether it still holds. */
function judge(
  kind: SignedKind,
  { aud, exp }: Omit<Envelope, "body">,
  { audience, now, clockErrorMs }: Trust,
): void {
  if (!aud.some((one) => audience.includes(one)))
    throw new LoaError("AUDIENCE_WRONG", `a ${kind} is meant for ${aud.join(", ")}`, { aud });
  if (now - clockErrorMs > exp * 1_000) throw new LoaError("EXPIRED", `a ${kind} expired`, { exp });
}
