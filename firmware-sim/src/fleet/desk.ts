import { LoaError } from "@loa/kernel/errors";
import type { EnrolmentLabel } from "@loa/protocol/enrolment";
import type { AreaList } from "@loa/protocol/http/areas";
import type { SessionAnswer } from "@loa/protocol/http/session";
import {
  type CreatedStations,
  type Enrolments,
  MOST_IN_BULK,
  type StationList,
} from "@loa/protocol/http/stations";
import type { Static } from "typebox";
import type { FleetTerritory } from "./core/territory.ts";

const TIMEOUT_MS = 60_000;
const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 65_000;

/** Where the hub's API is and who registers the stations. */
export interface DeskAccess {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** The hub's desk, as an administrator uses it through the API. */
export class Desk {
  readonly #base: string;
  #cookie = "";
  #root = "";

  private constructor(url: string) {
    this.#base = `${url.replace(/\/$/, "")}/api/v1`;
  }

  /** @throws HUB_UNREACHABLE · the hub's own codes */
  static async logIn({ url, username, password }: DeskAccess): Promise<Desk> {
    const desk = new Desk(url);
    const answer = (await desk.#ask("POST", "/session", { username, password })) as Static<
      typeof SessionAnswer
    >;
    desk.#root = answer.user.areaId;
    return desk;
  }

  /** The area below which the account may work. */
  get root(): string {
    return this.#root;
  }

  /** Ids of all registered stations. */
  async registered(): Promise<Set<string>> {
    const ids = new Set<string>();
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = (await this.#ask(
        "GET",
        `/stations?limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      )) as Static<typeof StationList>;
      for (const { id } of page.items) ids.add(id);
      cursor = page.next;
    }
    return ids;
  }

  /** Registers the areas and stations that are missing; answers how many stations were new. */
  async register({ areas, stations }: FleetTerritory): Promise<number> {
    const known = new Set(
      ((await this.#ask("GET", "/areas")) as Static<typeof AreaList>).items.map(({ id }) => id),
    );
    for (const area of areas) if (!known.has(area.id)) await this.#ask("POST", "/areas", area);
    const registered = await this.registered();
    const missing = stations.filter(({ id }) => !registered.has(id));
    for (const part of inParts(missing)) {
      const { items } = (await this.#ask("POST", "/stations/bulk", { stations: part })) as CreatedStations;
      const refused = items.find(({ state, code }) => state === "refused" && code !== "CONFLICT");
      if (refused)
        throw new LoaError("CONFLICT", `the hub refuses the station ${refused.id}: ${refused.code}`);
    }
    return missing.length;
  }

  /** Labels for stations, in parts as they come. */
  async *labels(stations: readonly string[]): AsyncGenerator<EnrolmentLabel[]> {
    for (const part of inParts(stations)) {
      const { items } = (await this.#ask("POST", "/stations/enrolments", {
        stations: part,
      })) as Static<typeof Enrolments>;
      yield items;
    }
  }

  /** Waits and asks again while the hub says that there are too many requests. */
  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    for (;;) {
      const response = await this.#request(method, path, body);
      const cookie = response.headers.getSetCookie()[0]?.split(";")[0];
      if (cookie) this.#cookie = cookie;
      const answer = (await response.json()) as { code?: string; detail?: string };
      if (response.ok) return answer;
      if (response.status !== 429) throw refused(`${method} ${path}`, answer);
      await wait(Number(response.headers.get("retry-after")) * 1_000);
    }
  }

  #request(method: string, path: string, body?: object): Promise<Response> {
    const headers = { cookie: this.#cookie, "content-type": "application/json" };
    return fetch(this.#base + path, {
      ...{ method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) },
      ...(body && { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new LoaError("HUB_UNREACHABLE", `${this.#base} does not answer`, {}, { cause });
    });
  }
}

/** Resolves after what a hub asked for, within reason. */
export function wait(ms: number): Promise<void> {
  const within = Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, ms || 0));
  return new Promise((resolve) => setTimeout(resolve, within));
}

function refused(what: string, { code, detail }: { code?: string; detail?: string }): LoaError {
  return new LoaError(
    code === "BAD_CREDENTIALS" ? "BAD_CREDENTIALS" : "CONFLICT",
    `${what}: the hub answers ${code}: ${detail}`,
    { hubCode: code },
  );
}

function* inParts<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let from = 0; from < items.length; from += MOST_IN_BULK) yield items.slice(from, from + MOST_IN_BULK);
}
