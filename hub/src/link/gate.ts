import type { Clock, UnixMs } from "@loa/kernel/clock";
import type { Logger } from "@loa/kernel/log";
import { minutes } from "@loa/kernel/units";
import type { AreaId, StationId } from "@loa/protocol/identity";
import { plainProof, sameMac } from "@loa/protocol/uplink";
import type { PresentedCertificate, Refusal, StationGate } from "../broker/access.ts";
import type { Audit } from "../ports.ts";
import type { HubTrust } from "../trust/hub-trust.ts";
import { ReplayWindow } from "./replay-window.ts";
import type { StationBook, StationState } from "./station-book.ts";

/** The same refusal again within this time is only counted by the log. */
const AUDIT_AGAIN_AFTER_MS = minutes(10);
const MOST_REMEMBERED = 10_000;

/** What judging stations needs. */
export interface GateParts {
  readonly book: StationBook;
  readonly trust: HubTrust;
  readonly clock: Clock;
  readonly log: Logger;
  readonly audit: Audit;
  /** Root first; empty: not registered. */
  readonly pathOf: (station: StationId) => readonly AreaId[];
}

/** Which connections are whose. Only the newest certificate of a registered station counts. */
export class Gate implements StationGate {
  readonly #parts: GateParts;
  readonly #audited = new Map<string, UnixMs>();
  readonly #secrets = new Map<StationId, { serial: string; secret: Uint8Array }>();

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /**
   * A certificate later than the one on record is the station's own: nobody but this hub's CA issues them, so the record is of
   * an older copy of the store. It is taken over; the earlier ones stay refused.
   */
  byCertificate({ commonName, serial, fingerprint }: PresentedCertificate): StationId | null {
    const { book, log } = this.#parts;
    if (this.#parts.pathOf(commonName).length === 0) return null;
    const state = book.ensure(commonName);
    if (state.serial === serial) return state.fingerprint === fingerprint ? commonName : null;
    if (state.serial !== null && serial < state.serial) return null;
    log.warn({ station: commonName }, "took over a certificate that is later than the store's");
    Object.assign(state, { serial, fingerprint, window: new ReplayWindow() } satisfies Partial<StationState>);
    book.touch(state);
    return commonName;
  }

  byProof(station: string, purpose: "mqtt" | "assets", proof: string): StationId | null {
    const state = this.#parts.book.get(station);
    const secret = state && this.secretOf(state);
    if (!secret || this.#parts.pathOf(station).length === 0) return null;
    return sameMac(proof, plainProof(secret, purpose)) ? station : null;
  }

  areaPath(station: StationId): readonly AreaId[] {
    return this.#parts.pathOf(station);
  }

  refused(refusal: Refusal): void {
    const { clock, log, audit } = this.#parts;
    log.debug({ ...refusal }, "a station was refused");
    const key = `${refusal.station} ${refusal.action} ${refusal.reason}`;
    const now = clock.now();
    if (now - (this.#audited.get(key) ?? Number.NEGATIVE_INFINITY) < AUDIT_AGAIN_AFTER_MS) return;
    if (this.#audited.size >= MOST_REMEMBERED) this.#audited.clear();
    this.#audited.set(key, now);
    const { station, action, subject, reason } = refusal;
    audit
      .record({
        actor: `station ${station.slice(0, 64)}`,
        action: `station.${action}-refused`,
        subject: subject.slice(0, 200),
        detail: { reason },
      })
      .catch((error) => log.error({ err: error }, "a refusal was not audited"));
  }

  /** The secret of the station's current certificate; null until it is enrolled, and once that was revoked. */
  secretOf({ id, serial, fingerprint }: StationState): Uint8Array | null {
    if (serial === null || fingerprint === null) return null;
    const known = this.#secrets.get(id);
    if (known?.serial === serial) return known.secret;
    const secret = this.#parts.trust.secretOf(id, serial);
    this.#secrets.set(id, { serial, secret });
    return secret;
  }
}
