import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import websocket from "@fastify/websocket";
import { silentLog } from "@loa/kernel/log";
import { ManualClock } from "@loa/kernel/manual-clock";
import type { DashboardEvent } from "@loa/protocol/http/events";
import { type TimeEnvelope, WEEKDAYS } from "@loa/protocol/time-envelope";
import fastify, { type FastifyInstance } from "fastify";
import type { HubConfig } from "../config.ts";
import type { Api } from "../http/api.ts";
import { answerProblems } from "../http/problems.ts";
import { SOCKETS } from "../http/server.ts";
import { checkRequests } from "../http/validation.ts";
import { createLine, type LineNeeds, type LineParts } from "../line.ts";
import { AlertSpeech } from "../media/alert-speech.ts";
import { Ffmpeg } from "../media/ffmpeg.ts";
import { ProgramSpeech } from "../media/speech.ts";
import { AssetStore } from "../media/store.ts";
import { Voices } from "../media/voices.ts";
import type {
  Actor,
  AnnouncementRecord,
  AreaRecord,
  Registry,
  RegistryChange,
  StationRecord,
} from "../ports.ts";
import { type Database, openDatabase } from "../store/database.ts";

type AuditEntry = { actor: string; action: string; subject: string };

/** Everything about CAP that `hub.yaml` says. */
export type CapConfig = Pick<
  HubConfig,
  "capSources" | "capPrograms" | "capInbox" | "capConfirmation" | "capFeed" | "capSender"
>;
const NOT_ASKED: HubConfig["capInbox"] = {
  rules: [],
  otherwise: "wait",
  geocodes: [],
  languages: ["vi", "en"],
};

/** The desk's data as plain arrays. */
export class TestRegistry implements Registry {
  areaList: AreaRecord[] = [];
  stationList: StationRecord[] = [];
  announcementList: AnnouncementRecord[] = [];
  readonly #listeners: ((change: RegistryChange) => void | Promise<void>)[] = [];

  areas = async () => this.areaList;
  area = async (id: string) => this.areaList.find((area) => area.id === id) ?? null;
  areaPath = async () => [];
  stations = async () => this.stationList;
  station = async (id: string) => this.stationList.find((station) => station.id === id) ?? null;
  announcement = async (id: string) => this.announcementList.find((one) => one.id === id) ?? null;
  announcements = async (ids: readonly string[]) =>
    this.announcementList.filter(({ id }) => ids.includes(id));
  onChange(listener: (change: RegistryChange) => void | Promise<void>): void {
    this.#listeners.push(listener);
  }
  change(change: RegistryChange): void {
    for (const listener of this.#listeners) void listener(change);
  }
}

/** Open day and night, for tests that are about something else. */
export const ALWAYS: TimeEnvelope = {
  windows: Object.fromEntries(WEEKDAYS.map((day) => [day, [["00:00", "24:00"]]])),
  maxMinutesPerDay: 1_440,
  maxGainDb: 0,
};

export const AREAS: AreaRecord[] = [
  area("nghe-an", null),
  area("nam-dan", "nghe-an"),
  area("kim-lien", "nam-dan"),
  area("nam-giang", "nam-dan"),
];

export const ACTOR: Actor = { userId: "u-1", name: "Lan", role: "admin", areaId: "nghe-an" };

/** A line over real TLS and a real store file; the clock stands unless it is told to advance. */
export class LineUnderTest {
  readonly clock: ManualClock;
  readonly registry = new TestRegistry();
  readonly events: DashboardEvent[] = [];
  /** The areas that each event was published to. */
  readonly eventAreas = new Map<DashboardEvent, readonly string[]>();
  readonly audited: AuditEntry[] = [];
  readonly folder: string;
  readonly assets: AssetStore;
  actor: Actor = ACTOR;
  /** What becomes of the store between its opening and the hub's start. */
  opened: (database: Database) => Promise<unknown> = async () => {};
  /** Whether the actor's session stands. */
  loggedIn = true;
  alertConfirmation: "off" | "second-person" = "off";
  alertTotp = false;
  espeak: string | undefined;
  cap: CapConfig = {
    ...{ capSources: [], capPrograms: [], capInbox: NOT_ASKED },
    ...{ capConfirmation: "one-person", capFeed: "members" },
  };
  line!: LineParts;
  database!: Database;
  api!: FastifyInstance;

  readonly tls: "on" | "off";

  readonly #voice: Voice | undefined;

  private constructor(folder: string, tls: "on" | "off", voice: Voice | undefined) {
    this.#voice = voice;
    this.folder = folder;
    this.assets = new AssetStore(folder);
    this.tls = tls;
    this.clock = new ManualClock(Date.now());
    this.registry.areaList = [...AREAS];
    this.registry.stationList = [
      station("kim-lien-1", "kim-lien"),
      station("kim-lien-2", "kim-lien"),
      station("nam-giang-1", "nam-giang"),
    ];
    this.registry.announcementList = [announcement("a-1", 60_000), announcement("a-2", 120_000)];
  }

  /** `voice`: who speaks for it, as long as no other espeak-ng is named; default: one of its own. */
  static async start(tls: "on" | "off" = "on", voice?: Voice): Promise<LineUnderTest> {
    const test = new LineUnderTest(await mkdtemp(join(tmpdir(), "loa-line-")), tls, voice);
    await test.open();
    return test;
  }

  async open(): Promise<void> {
    this.database = await openDatabase(join(this.folder, "hub.db"));
    this.line = await createLine({
      config: {
        data: this.folder,
        host: "127.0.0.1",
        mqttPort: 0,
        stationPort: 0,
        tls: this.tls,
        timeZone: "Asia/Ho_Chi_Minh",
        alertConfirmation: this.alertConfirmation,
        alertTotp: this.alertTotp,
        alertLeadMs: 300,
        liveDelayMs: 300,
        liveRecordingDays: 90,
        ...this.cap,
      },
      database: this.database,
      clock: this.clock,
      log: silentLog,
      registry: this.registry,
      events: {
        publish: (event, areaIds) => {
          this.events.push(event);
          this.eventAreas.set(event, [...areaIds]);
        },
      },
      audit: {
        record: async (entry) => void this.audited.push(entry),
        recordIn: async (_, entry) => void this.audited.push(entry),
      },
      assets: this.assets,
      alertSpeech: this.#alertSpeech(),
      defaultEnvelope: ALWAYS,
    });
    await this.opened(this.database);
    await this.line.start();
    this.api = fastify() as unknown as FastifyInstance;
    this.api.setValidatorCompiler(checkRequests);
    answerProblems(this.api, silentLog);
    await this.api.register(websocket, { options: SOCKETS });
    this.api.decorateRequest("actor", null);
    this.api.decorate("sessionStands", async () => this.loggedIn);
    this.api.addHook("onRequest", async (request) => {
      const { "test-token": token } = request.headers;
      request.actor = token === undefined ? this.actor : { ...this.actor, tokenId: `${token}` };
    });
    for (const routes of this.line.routes) routes(this.api as unknown as Api);
    await this.api.ready();
  }

  #alertSpeech(): LineNeeds["alertSpeech"] {
    const own = spokenIn(this.folder, this.espeak);
    const voice = this.espeak === undefined ? (this.#voice ?? own) : own;
    return {
      say: (saying) => voice.say(saying),
      stored: (asset) => own.stored(asset),
      fitted: (sounds) => own.fitted(sounds),
      recorded: (bytes, signal) => own.recorded(bytes, signal),
    };
  }

  async close(): Promise<void> {
    await this.api.close();
    await this.line.stop();
    await this.database.destroy();
  }

  /** Puts a sound where stations find it. */
  async store(sha256: string, bytes: string | Uint8Array): Promise<void> {
    const path = this.assets.path(sha256);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }

  /** Ends this run and begins another over the same folder. */
  async restart(between: () => Promise<void> = async () => {}): Promise<void> {
    await this.close();
    await between();
    await this.open();
  }

  async end(): Promise<void> {
    await this.close();
    await rm(this.folder, { recursive: true });
  }

  /** Hands in a CAP message; with the id of a token as whatever that stands for. */
  async post(xml: string, type = "application/cap+xml", tokenId?: string) {
    const headers = { "content-type": type, ...(tokenId !== undefined && { "test-token": tokenId }) };
    const answer = await this.api.inject({ method: "POST", url: "/alerts/cap", payload: xml, headers });
    return { status: answer.statusCode, body: answer.json() };
  }

  async ask(method: "GET" | "POST" | "PATCH" | "DELETE", url: string, payload?: object) {
    const answer = await this.api.inject({ method, url, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.body === "" ? null : answer.json() };
  }

  /** A schedule of `a-1` to a target, `inMs` from now. */
  schedule(target: object, inMs: number, more: object = {}) {
    return this.ask("POST", "/schedules", {
      title: "Bản tin",
      targets: [target],
      programme: { items: [{ announcementId: "a-1" }] },
      start: new Date(this.clock.now() + inMs).toISOString(),
      ...more,
    });
  }
}

/** Speaks the words of alerts. */
export type Voice = Pick<AlertSpeech, "say">;

/** Alerts spoken by the programs of this machine, with the work files in a folder. */
export function spokenIn(folder: string, espeak?: string): AlertSpeech {
  return new AlertSpeech({
    speech: new ProgramSpeech({ voices: new Voices(espeak, []), lexicon: async () => [], atOnce: 4 }),
    assets: new AssetStore(folder),
    ffmpeg: () => Ffmpeg.find(undefined),
    data: folder,
  });
}

function area(id: string, parentId: string | null): AreaRecord {
  return { id, name: id, parentId, timeZone: "Asia/Ho_Chi_Minh", envelope: null, revision: 1 };
}

export function station(id: string, areaId: string): StationRecord {
  return {
    id,
    name: id,
    areaId,
    zones: [
      { id: "z1", name: "Chợ", horns: 4 },
      { id: "z2", name: "Đình", horns: 2 },
    ],
    maintenance: false,
    lat: null,
    lon: null,
  };
}

export function announcement(id: string, durationMs: number): AnnouncementRecord {
  return {
    id,
    title: `Bản tin ${id}`,
    areaId: "nghe-an",
    state: "approved",
    sha256: id.at(-1)!.repeat(64),
    bytes: 1_000,
    durationMs,
    expiresAt: null,
    createdBy: "u-9",
    decidedBy: { id: "u-2", name: "Minh" },
  };
}
