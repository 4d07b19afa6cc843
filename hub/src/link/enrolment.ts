import { timingSafeEqual } from "node:crypto";
import type { Clock, UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { hours } from "@loa/kernel/units";
import type { EnrolAnswer, EnrolmentLabel, EnrolRequest } from "@loa/protocol/enrolment";
import type { AreaId, StationId } from "@loa/protocol/identity";
import type { Audit } from "../ports.ts";
import { enrolmentCodeHash, newEnrolmentCode } from "../trust/enrolment-code.ts";
import type { HubTrust } from "../trust/hub-trust.ts";
import { ReplayWindow } from "./replay-window.ts";
import type { StationBook, StationState } from "./station-book.ts";

const CODE_LIFE_MS = hours(24);

/** What enrolling needs. */
export interface EnrolmentParts {
  readonly book: StationBook;
  readonly trust: HubTrust;
  readonly clock: Clock;
  readonly audit: Audit;
  /** Registered stations and their path, root first; empty: not registered. */
  readonly pathOf: (station: StationId) => readonly AreaId[];
  readonly addresses: () => { mqtt: string; station: string };
  /** Keeps that it was enrolled, with what else became of it. */
  readonly noted: (station: StationId, at: UnixMs) => Promise<void>;
  /** Closes what its certificate opened. */
  readonly revoked: (state: StationState) => void;
  /** Closes what the station's old certificate opened, and plans for it. */
  readonly enrolled: (state: StationState) => void;
}

/** One-time codes on labels, and what a station gets for one. */
export class Enrolment {
  readonly #parts: EnrolmentParts;
  /** A station's codes are looked at one after another, so that one cannot be used twice at once. */
  readonly #turns = new Map<StationId, Promise<unknown>>();

  constructor(parts: EnrolmentParts) {
    this.#parts = parts;
  }

  /** Makes labels; codes that were made before no longer count. @throws STATION_UNKNOWN */
  async labels(stations: readonly StationId[]): Promise<EnrolmentLabel[]> {
    const { book, pathOf } = this.#parts;
    const unknown = stations.find((station) => pathOf(station).length === 0);
    if (unknown !== undefined)
      throw new LoaError("STATION_UNKNOWN", `no station ${unknown} is registered`, { station: unknown });
    const labels = stations.map((station) => this.#label(station));
    await book.save();
    return labels;
  }

  #label(station: StationId): EnrolmentLabel {
    const { book, trust, clock, addresses } = this.#parts;
    const code = newEnrolmentCode();
    const state = book.ensure(station);
    state.codeHash = enrolmentCodeHash(code);
    state.codeExpiresAt = clock.now() + CODE_LIFE_MS;
    book.touch(state);
    return { station, hub: addresses().station, code, ca: trust.ca.sha256 };
  }

  /** Makes the certificate of a station that was taken out of service worth nothing; only a later one, by a new label, counts again. */
  async revoke(station: StationId): Promise<void> {
    const { book, revoked } = this.#parts;
    const state = book.get(station);
    if (!state || (state.fingerprint === null && state.codeHash === null)) return;
    const nothing = { fingerprint: null, enrolledAt: null, codeHash: null, codeExpiresAt: null };
    Object.assign(state, { ...nothing, birth: null, confirmed: null } satisfies Partial<StationState>);
    book.touch(state);
    await book.save();
    revoked(state);
  }

  /**
   * Takes a code and a certificate request; gives certificate, secret, keys and addresses. The code is used up, and an
   * older certificate of the station is worth nothing from then on.
   * @throws ENROL_CODE_INVALID · CSR_INVALID
   */
  enrol(request: EnrolRequest): Promise<EnrolAnswer> {
    const { station } = request;
    const answer = (this.#turns.get(station) ?? Promise.resolve()).then(() => this.#enrol(request));
    const turn = answer
      .catch(() => {})
      .finally(() => {
        if (this.#turns.get(station) === turn) this.#turns.delete(station);
      });
    this.#turns.set(station, turn);
    return answer;
  }

  async #enrol({ station, code, csr }: EnrolRequest): Promise<EnrolAnswer> {
    const { book, trust, clock, audit, pathOf, addresses, noted, enrolled } = this.#parts;
    const now = clock.now();
    const state = book.get(station);
    const path = pathOf(station);
    if (!state || path.length === 0 || !codeFits(state, code, now)) {
      await audit.record({ actor: "station", action: "station.enrol-refused", subject: station });
      throw new LoaError("ENROL_CODE_INVALID", "the enrolment code is wrong, used or expired", { station });
    }
    const issued = await trust.issueStation(station, csr, now, state.serial);
    Object.assign(state, {
      serial: issued.serial,
      fingerprint: issued.fingerprint,
      enrolledAt: now,
      codeHash: null,
      codeExpiresAt: null,
      window: new ReplayWindow(),
      areaPath: path,
      birth: null,
      confirmed: null,
    } satisfies Partial<StationState>);
    book.touch(state);
    await book.save();
    await audit.record({
      actor: "station",
      action: "station.enrol",
      subject: station,
      detail: { serial: issued.serial },
    });
    await noted(station, now);
    enrolled(state);
    const { mqtt, station: assets } = addresses();
    return {
      hubId: trust.hubId,
      name: "Loa",
      certificate: issued.pem,
      ca: trust.ca.pem,
      secret: Buffer.from(trust.secretOf(station, issued.serial)).toString("base64url"),
      root: trust.root,
      keySet: await trust.keySetFor(station),
      mqtt,
      assets,
      areaPath: [...path],
      areaRevision: state.areaRevision,
    };
  }
}

function codeFits({ codeHash, codeExpiresAt }: StationState, code: string, now: number): boolean {
  if (codeHash === null || codeExpiresAt === null || now >= codeExpiresAt) return false;
  return timingSafeEqual(Buffer.from(codeHash, "hex"), Buffer.from(enrolmentCodeHash(code), "hex"));
}
