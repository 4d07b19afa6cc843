import { join } from "node:path";
import { ALONE, type Answer } from "./api.ts";
import type { Commune } from "./commune.ts";
import { PartProcess } from "./process.ts";
import { until } from "./until.ts";

/** Each station is enrolled before the fleet is ready; a busy machine takes so long for one. */
const ENROLMENT_MS = 60;

/** A fleet of light stations at a commune's hub, as a process of its own. */
export class FleetProcess {
  readonly part: PartProcess;
  readonly #sim: Promise<string>;

  /** `args` beside `--fleet`; identities and log are kept in the commune's folder. */
  constructor(commune: Commune, count: number, args: readonly string[], password: string) {
    const env = {
      LOA_DATA: join(commune.folder, "fleet-data"),
      LOA_SIM_PORT: "0",
      LOA_HUB_URL: commune.hub.http ?? "",
      LOA_USERNAME: "admin",
      LOA_PASSWORD: password,
    };
    const log = join(commune.folder, "fleet.log");
    this.part = new PartProcess(
      "firmware-sim/src/cli.ts",
      ["--fleet", String(count), ...args],
      env,
      log,
      60_000 + count * ENROLMENT_MS,
    );
    this.#sim = this.part.ready.then(({ sim }) => String(sim));
    this.#sim.catch(() => {});
  }

  /** How all stations together are. */
  async view(): Promise<Answer> {
    return (await fetch(`${await this.#sim}/fleet`, { headers: ALONE })).json();
  }

  /** Does something to a share of the stations, or to some by name; answers which. */
  async does(deed: Answer): Promise<string[]> {
    const response = await fetch(`${await this.#sim}/fleet/script`, {
      method: "POST",
      headers: ALONE,
      body: JSON.stringify(deed),
    });
    const answer = (await response.json()) as Answer;
    if (!response.ok) throw new Error(`the fleet answers ${response.status}: ${answer.title}`);
    return answer.stations;
  }

  /** Waits until so many stations are online and have their plan confirmed. */
  settled(count: number, withinMs: number): Promise<Answer> {
    return until(`${count} stations settled`, withinMs, async () => {
      const view = await this.view();
      return view.states.online >= count && view.planConfirmed >= count ? view : null;
    });
  }
}
