import { LoaError } from "@loa/kernel/errors";
import type { Logger } from "@loa/kernel/log";
import type { EnrolmentLabel } from "@loa/protocol/enrolment";
import { verify } from "@loa/protocol/envelope";
import { KeySet } from "@loa/protocol/key-set";
import { territoryOf } from "./core/territory.ts";
import { Desk, type DeskAccess } from "./desk.ts";
import { Enroller } from "./enrol.ts";
import { type KeptFleet, keepFleet, loadFleet } from "./identities.ts";

/** So many stations are enrolled at once: the hub stores together what comes together. */
const AT_ONCE = 64;
/** The file is written after so many, so that an enrolment that was cut short goes on where it ended. */
const KEEP_EVERY = 2_500;

/** What mustering needs. */
export interface MusterParts {
  readonly count: number;
  readonly file: string;
  /** null: only what is kept already. */
  readonly desk: DeskAccess | null;
  readonly log: Logger;
  now(): number;
}

/**
 * Brings a fleet together: identities that are kept are used again; what is missing is registered at the hub and enrolled. Answers
 * the fleet at its next session, which is on the disk before any station speaks.
 * @throws HUB_UNREACHABLE · BAD_CREDENTIALS · ENROL_CODE_INVALID and what else the hub answers
 */
export async function muster(parts: MusterParts): Promise<KeptFleet> {
  const kept = loadFleet(parts.file);
  const whole = parts.desk ? await enrolMissing(kept, parts.desk, parts) : kept;
  if (!whole || whole.stations.length < parts.count)
    throw new LoaError(
      "CONFIG_INVALID",
      `environment: LOA_PASSWORD: is not set; ${parts.file} keeps ${whole?.stations.length ?? 0} stations of ${parts.count}`,
      { key: "LOA_PASSWORD" },
    );
  const fleet = { ...whole, session: whole.session + 1 };
  keepFleet(parts.file, fleet);
  return { ...fleet, stations: fleet.stations.slice(0, parts.count) };
}

async function enrolMissing(
  kept: KeptFleet | null,
  access: DeskAccess,
  parts: MusterParts,
): Promise<KeptFleet | null> {
  const { count, log, now } = parts;
  const desk = await Desk.logIn(access);
  const territory = territoryOf(count, desk.root);
  const fresh = new Set(await newAt(desk, territory));
  const known = new Set(kept?.stations.map(({ station }) => station).filter((id) => !fresh.has(id)));
  const missing = territory.stations.map(({ id }) => id).filter((id) => !known.has(id));
  if (missing.length === 0) return kept;
  log.info({ missing: missing.length, registered: fresh.size }, "stations are being enrolled");
  const began = now();
  const gathering = new Gathering(
    kept && { ...kept, stations: kept.stations.filter((one) => known.has(one.station)) },
  );
  let enroller: Enroller | null = null;
  let unkept = 0;
  try {
    for await (const labels of desk.labels(missing)) {
      enroller ??= await Enroller.open(labels[0] as EnrolmentLabel, AT_ONCE);
      await enrolAll(enroller, labels, gathering, now);
      unkept += labels.length;
      if (unkept < KEEP_EVERY) continue;
      keepFleet(parts.file, gathering.fleet(territory));
      unkept = 0;
    }
  } finally {
    enroller?.close();
  }
  log.info({ enrolled: missing.length, ms: Math.round(now() - began) }, "stations are enrolled");
  return gathering.fleet(territory);
}

/** Registers what is missing; answers the stations that this hub did not know: what is kept of them is of another one. */
async function newAt(desk: Desk, territory: ReturnType<typeof territoryOf>): Promise<string[]> {
  const before = await desk.registered();
  await desk.register(territory);
  return territory.stations.map(({ id }) => id).filter((id) => !before.has(id));
}

async function enrolAll(
  enroller: Enroller,
  labels: readonly EnrolmentLabel[],
  gathering: Gathering,
  now: () => number,
): Promise<void> {
  const queue = [...labels];
  const worker = async () => {
    for (let label = queue.shift(); label; label = queue.shift())
      await gathering.add(await enroller.enrol(label), now());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Identities as they come in. Those of another hub than the newest answer's are let go. */
class Gathering {
  #fleet: KeptFleet | null;
  readonly #stations: Map<string, KeptFleet["stations"][number]>;

  constructor(kept: KeptFleet | null) {
    this.#fleet = kept;
    this.#stations = new Map(kept?.stations.map((one) => [one.station, one]));
  }

  /** Takes an answer in; its key set is verified once for each hub. */
  async add(enrolled: Awaited<ReturnType<Enroller["enrol"]>>, now: number): Promise<void> {
    const { station, certificate, key, secret, areaPath, areaRevision, ...hub } = enrolled;
    if (this.#fleet?.hub.hubId !== hub.hubId) {
      const trust = { root: hub.root, keySet: null, audience: [station], now, clockErrorMs: 60_000 };
      const { body: keySet } = await verify("key-set", KeySet, hub.keySet, trust);
      if (this.#fleet && this.#fleet.hub.hubId !== hub.hubId) this.#stations.clear();
      const { hubId, ca, root, mqtt, assets } = hub;
      this.#fleet = {
        hub: { hubId, ca, root, keySet, mqtt, assets },
        session: this.#fleet?.session ?? 0,
        stations: [],
      };
    }
    const { mqtt, assets } = hub;
    this.#fleet = { ...this.#fleet, hub: { ...this.#fleet.hub, mqtt, assets } };
    this.#stations.set(station, { station, certificate, key, secret, areaPath, areaRevision });
  }

  /** In the order of the territory, then those of an earlier, larger fleet. */
  fleet(territory: ReturnType<typeof territoryOf>): KeptFleet {
    if (!this.#fleet) throw new LoaError("INTERNAL", "nobody was enrolled");
    const ranks = new Map(territory.stations.map(({ id }, rank) => [id, rank]));
    const rank = (id: string) => ranks.get(id) ?? Number.MAX_SAFE_INTEGER;
    const stations = [...this.#stations.values()].sort((a, b) => rank(a.station) - rank(b.station));
    return { ...this.#fleet, stations };
  }
}
