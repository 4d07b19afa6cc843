import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import type { TotpOffer, User } from "@loa/protocol/http/session";
import type { Database } from "../store/database.ts";
import { secondFactors } from "../store/repositories/second-factors.ts";
import type { SecretBox } from "../trust/secret-box.ts";
import { base32, matchingStep, totpUri } from "./totp.ts";

const SECRET_BYTES = 20;
const RECOVERY_CODES = 8;
/** 80 bits: nobody guesses them, so a fast hash is enough. */
const RECOVERY_BYTES = 10;

/**
 * Second factors: time-based digits (RFC 6238), each of which passes once, and recovery codes for a lost authenticator. Secrets are sealed
 * in the store, recovery codes are hashes.
 */
export class SecondFactors {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #box: SecretBox;
  /** Newest used steps that the store did not take, by user. */
  readonly #unstored = new Map<string, number>();

  constructor(database: Database, clock: Clock, box: SecretBox) {
    this.#database = database;
    this.#clock = clock;
    this.#box = box;
  }

  /** A new secret; what was in force stays so until it is confirmed. */
  async offer({ id, username }: User): Promise<TotpOffer> {
    const secret = randomBytes(SECRET_BYTES);
    await secondFactors.offer(this.#database, id, this.#box.seal(secret, id));
    return { secret: base32(secret), uri: totpUri(secret, username) };
  }

  /** Puts the offered secret in force; answers the recovery codes. @throws TOTP_INVALID · CONFLICT nothing was offered */
  async confirm(transaction: Database, userId: string, code: string): Promise<string[]> {
    const { offerSealed } = await secondFactors.find(transaction, userId);
    if (offerSealed === null) throw new LoaError("CONFLICT", "no second factor was offered");
    const secret = this.#box.unseal(offerSealed, userId);
    const step = matchingStep(secret, code, this.#clock.now());
    if (step === null) throw invalid();
    const codes = Array.from({ length: RECOVERY_CODES }, recoveryCode);
    const sealed = this.#box.seal(secret, userId);
    await secondFactors.confirm(transaction, userId, sealed, step, codes.map(hashOf));
    return codes;
  }

  /** Uses up digits or a recovery code. @throws TOTP_INVALID wrong, or used before */
  async use(userId: string, code: string): Promise<void> {
    const { sealed, step: used } = await secondFactors.find(this.#database, userId);
    if (sealed === null) throw invalid();
    const step = matchingStep(this.#box.unseal(sealed, userId), code, this.#clock.now());
    const passes =
      step === null
        ? await secondFactors.useRecoveryCode(this.#database, userId, hashOf(code))
        : await this.#useStep(userId, step, used);
    if (!passes) throw invalid();
  }

  /** Digits are good once, also while the store takes nothing. */
  async #useStep(userId: string, step: number, used: number): Promise<boolean> {
    if (step <= Math.max(used, this.#unstored.get(userId) ?? 0)) return false;
    try {
      return await secondFactors.useStep(this.#database, userId, step);
    } catch {
      this.#unstored.set(userId, step);
      return true;
    }
  }

  async remove(transaction: Database, userId: string): Promise<void> {
    await secondFactors.remove(transaction, userId);
  }
}

const invalid = () => new LoaError("TOTP_INVALID", "the code is wrong, or was used before");

/** Like `k3m7-q2xz-a9bd-e4fg`: lower-case base 32. */
const recoveryCode = () => base32(randomBytes(RECOVERY_BYTES)).toLowerCase().match(/.{4}/g)!.join("-");

/** People leave the dashes out, or write in capitals. */
const hashOf = (code: string) =>
  createHash("sha256")
    .update(code.toLowerCase().replaceAll(/[^a-z2-7]/g, ""))
    .digest("hex");
