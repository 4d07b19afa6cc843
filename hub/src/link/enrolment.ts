import { timingSafeEqual } from "node:crypto";
import type { Clock, UnixMs } from "@loa/kernel/clock";
import { codeOf, LoaError } from "@loa/kernel/errors";
import { hours } from "@loa/kernel/units";
import type { EnrolAnswer, EnrolmentLabel, EnrolRequest } from "@loa/protocol/enrolment";
import type { AreaId, StationId } from "@loa/protocol/identity";
import type { Audit } from "../ports.ts";
import type { Issued } from "../trust/certificates.ts";
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
  /** Keeps that they were enrolled, with what else became of each. */
  readonly noted: (stations: readonly StationId[], at: UnixMs) => Promise<void>;
  /** Closes what its certificate opened. */
  readonly revoked: (state: StationState) => void;
  /** Closes what the station's old certificate opened, and plans for it. */
  readonly enrolled: (state: StationState) => void;
}

/** A request on its way to its answer. */
interface Waiting {
  readonly request: EnrolRequest;
  resolve(answer: EnrolAnswer): void;
  reject(error: unknown): void;
}

/** A station whose code fitted, with its new certificate. */
interface Certified {
  readonly state: StationState;
  readonly issued: Issued;
}

/** So many are stored together; the next ones wait. */
const MOST_TOGETHER = 64;

/** One-time codes on labels, and what a station gets for one. */
export class Enrolment {
  readonly #parts: EnrolmentParts;
  #waiting: Waiting[] = [];
  #busy = false;

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
   * older certificate of the station is worth nothing from then on. Codes are looked at one after another, so that none is used twice;
   * what came meanwhile is stored together.
   * @throws ENROL_CODE_INVALID · CSR_INVALID
   */
  enrol(request: EnrolRequest): Promise<EnrolAnswer> {
    const answer = new Promise<EnrolAnswer>((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
    });
    if (!this.#busy) void this.#work();
    return answer;
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0, MOST_TOGETHER);
      await this.#enrol(together).catch((error: unknown) => {
        for (const { reject } of together) reject(error);
      });
    }
    this.#busy = false;
  }

  async #enrol(together: readonly Waiting[]): Promise<void> {
    const { book, clock, audit, noted, enrolled } = this.#parts;
    const now = clock.now();
    const certified: (Waiting & Certified)[] = [];
    const refused: (Waiting & { readonly error: unknown })[] = [];
    for (const waiting of together)
      try {
        certified.push({ ...waiting, ...(await this.#certify(waiting.request, now)) });
      } catch (error) {
        refused.push({ ...waiting, error });
      }
    await book.save();
    const entries = [...certified.map(entryOf), ...refused.flatMap(refusalOf)];
    await Promise.all(entries.map((entry) => audit.record({ actor: "station", ...entry })));
    const stations = certified.map(({ state }) => state.id);
    if (stations.length > 0) await noted(stations, now);
    for (const { state, issued, resolve } of certified) {
      enrolled(state);
      resolve(await this.#answer(state, issued));
    }
    for (const { reject, error } of refused) reject(error);
  }

  async #certify({ station, code, csr }: EnrolRequest, now: UnixMs): Promise<Certified> {
    const { book, trust, pathOf } = this.#parts;
    const state = book.get(station);
    const path = pathOf(station);
    if (!state || path.length === 0 || !codeFits(state, code, now))
      throw new LoaError("ENROL_CODE_INVALID", "the enrolment code is wrong, used or expired", { station });
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
    return { state, issued };
  }

  async #answer({ id, areaPath, areaRevision }: StationState, { serial, pem }: Issued): Promise<EnrolAnswer> {
    const { trust, addresses } = this.#parts;
    const { mqtt, station: assets } = addresses();
    return {
      hubId: trust.hubId,
      name: "Loa",
      certificate: pem,
      ca: trust.ca.pem,
      secret: Buffer.from(trust.secretOf(id, serial)).toString("base64url"),
      root: trust.root,
      keySet: await trust.keySetFor(id),
      mqtt,
      assets,
      areaPath: [...areaPath],
      areaRevision,
    };
  }
}

const entryOf = ({ state, issued }: Certified) => ({
  ...{ action: "station.enrol", subject: state.id, detail: { serial: issued.serial } },
});

/** A wrong code is on record; a request that cannot be read is not. */
const refusalOf = ({ request, error }: Waiting & { readonly error: unknown }) =>
  codeOf(error) === "ENROL_CODE_INVALID"
    ? [{ action: "station.enrol-refused", subject: request.station }]
    : [];

function codeFits({ codeHash, codeExpiresAt }: StationState, code: string, now: number): boolean {
  if (codeHash === null || codeExpiresAt === null || now >= codeExpiresAt) return false;
  return timingSafeEqual(Buffer.from(codeHash, "hex"), Buffer.from(enrolmentCodeHash(code), "hex"));
}
