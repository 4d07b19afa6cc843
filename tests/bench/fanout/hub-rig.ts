import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openTrust } from "@loa/hub/trust/hub-trust";
import Sqlite from "better-sqlite3";
import type { Person } from "../../harness/api.ts";
import { Commune } from "../../harness/commune.ts";
import type { LoadStation, ToLoad } from "./load-messages.ts";
import { pin } from "./pin.ts";

const COMMUNE_STATION = { zones: [{ id: "z1", name: "Chợ", horns: 4 }] };

/** A hub as shipped, in its own process on the first core, with stations that are registered and enrolled in its store beforehand. */
export class HubRig {
  readonly commune = new Commune([], { LOA_TLS: "off", LOA_LOG_LEVEL: "warn" });
  stations: LoadStation[] = [];
  trust!: Extract<ToLoad, { say: "join" }>["trust"];
  desk!: Person;
  areaId = "";
  #database!: InstanceType<typeof Sqlite>;

  async start(count: number): Promise<this> {
    await this.commune.startHub();
    await this.commune.part("hub").stop();
    await this.#enrol(count);
    await this.commune.startHub();
    pin(this.pid, 0);
    this.desk = await this.commune.person("admin");
    this.areaId = (await this.desk.get("/me")).user.areaId;
    return this;
  }

  get pid(): number {
    return this.commune.part("hub").pid;
  }

  get mqttPort(): number {
    return Number(new URL(this.commune.hub.mqtt ?? "").port);
  }

  /** Stations whose ack is in the store. */
  stored(alertId: string): number {
    const row = this.#database
      .prepare("SELECT count(*) AS n FROM alert_stations WHERE alert_id = ?")
      .get(alertId) as { n: number };
    return row.n;
  }

  /** The newest alert's id in the store, after `before`. */
  newest(): string | null {
    const row = this.#database.prepare("SELECT id FROM alerts ORDER BY id DESC LIMIT 1").get() as
      | { id: string }
      | undefined;
    return row?.id ?? null;
  }

  async stop(): Promise<void> {
    this.#database?.close();
    await this.commune.stop();
  }

  async #enrol(count: number): Promise<void> {
    const trust = await openTrust(join(this.commune.hubData, "keys"), ["localhost", "127.0.0.1"], Date.now());
    this.#database = new Sqlite(join(this.commune.hubData, "hub.db"));
    const areas = this.#database.prepare("SELECT id, parent_id AS parent FROM areas").all() as {
      id: string;
      parent: string | null;
    }[];
    const parents = new Map(areas.map(({ id, parent }) => [id, parent]));
    const homes = areas.filter(({ id }) => !areas.some(({ parent }) => parent === id)).map(({ id }) => id);
    const pathOf = (area: string | null | undefined): string[] =>
      area ? [...pathOf(parents.get(area)), area] : [];
    const insert = this.#database.prepare(
      "INSERT INTO stations (id, name, area_id, zones_json, maintenance, created_at) VALUES (?, ?, ?, ?, 0, ?)",
    );
    const enrol = this.#database.prepare(
      "INSERT INTO line_stations (station_id, serial, fingerprint, session, counter, faults_json, area_path_json, area_revision, left_areas_json) VALUES (?, ?, ?, 0, 0, '[]', ?, 1, '[]')",
    );
    this.#database.transaction(() => {
      for (let n = 0; n < count; n++) {
        const [id, serial] = [`tram-${String(n).padStart(6, "0")}`, String(n + 1).padStart(32, "0")];
        const home = homes[n % homes.length] as string;
        const areaPath = pathOf(home);
        insert.run(id, `Cụm ${n}`, home, JSON.stringify(COMMUNE_STATION.zones), Date.now());
        enrol.run(id, serial, serial, JSON.stringify(areaPath));
        this.stations.push({
          id,
          secret: Buffer.from(trust.secretOf(id, serial)).toString("base64url"),
          areaPath,
        });
      }
    })();
    this.trust = { root: trust.root, keySet: trust.keySet };
  }
}

/** Memory of a process, MB. */
export function rssMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;
}
