import { setImmediate } from "node:timers/promises";
import type { UnixMs } from "@loa/kernel/clock";
import type { Fault } from "@loa/protocol/faults";
import type { Health } from "@loa/protocol/health";
import type { AreaId, StationId } from "@loa/protocol/identity";
import type { Birth, PlanPosition } from "@loa/protocol/presence";
import { type Heard, lineStations } from "../store/repositories/line-stations.ts";
import type { LineDatabase, LineStationRow } from "../store/repositories/line-tables.ts";
import { ReplayWindow } from "./replay-window.ts";

/** A signed plan without its content. `hash` covers the content since `anchor`, so that it can be made again and compared. */
export interface PlanHead extends PlanPosition {
  readonly generatedAt: UnixMs;
  /** Local midnight from which its content was drawn. */
  readonly anchor: UnixMs;
  readonly hash: string;
}

/** What the line knows of one station. Changed in place by the link; `StationBook.touch` has it stored. */
export interface StationState {
  readonly id: StationId;
  serial: string | null;
  fingerprint: string | null;
  enrolledAt: UnixMs | null;
  codeHash: string | null;
  codeExpiresAt: UnixMs | null;
  window: ReplayWindow;
  connected: boolean;
  lastSeenAt: UnixMs | null;
  graceUntil: UnixMs;
  software: string | null;
  faults: Fault[];
  health: Health | null;
  /** Of the present connection. */
  birth: Birth | null;
  areaPath: readonly AreaId[];
  areaRevision: number;
  /** Areas that it may still listen to: it was moved, and has not said that it knows. */
  leftAreas: readonly AreaId[];
  wanted: PlanHead | null;
  confirmed: PlanHead | null;
  rejectedCode: string | null;
}

const ROWS_AT_ONCE = 200;
const HEARD_AT_ONCE = 2_000;

/** All stations of the line, in memory over the store; one hub process writes. */
export class StationBook {
  readonly #db: LineDatabase;
  readonly #states: Map<StationId, StationState>;
  #dirty = new Set<StationId>();
  /** Of these only the counter and the time moved. */
  #heard = new Set<StationId>();
  #saving: Promise<void> = Promise.resolve();

  private constructor(db: LineDatabase, rows: readonly LineStationRow[]) {
    this.#db = db;
    this.#states = new Map(rows.map((row) => [row.stationId, stateOf(row)]));
  }

  static async load(db: LineDatabase): Promise<StationBook> {
    return new StationBook(db, await lineStations.all(db));
  }

  all(): IterableIterator<StationState> {
    return this.#states.values();
  }

  get(id: StationId): StationState | undefined {
    return this.#states.get(id);
  }

  /** The station's state; a new one for a station that was never labelled or heard. */
  ensure(id: StationId): StationState {
    const known = this.#states.get(id);
    if (known) return known;
    const fresh = stateOf({ ...EMPTY, stationId: id });
    this.#states.set(id, fresh);
    return fresh;
  }

  /** Has a state stored with the next batch. */
  touch(state: StationState): void {
    this.#dirty.add(state.id);
  }

  /** Has stored with the next batch that a message of it was taken. */
  heard(state: StationState): void {
    this.#heard.add(state.id);
  }

  /** Stores what was touched, so many rows to a transaction that others get their turn. Calls follow each other. */
  save(): Promise<void> {
    this.#saving = this.#saving.catch(() => {}).then(() => this.#saveNow());
    return this.#saving;
  }

  async #saveNow(): Promise<void> {
    const whole = this.#dirty;
    this.#dirty = new Set();
    await this.#saveIn(ROWS_AT_ONCE, whole, this.#dirty, (states) =>
      lineStations.save(this.#db, states.map(rowOf)),
    );
    const heard = this.#heard.difference(whole);
    this.#heard = new Set();
    await this.#saveIn(HEARD_AT_ONCE, heard, this.#heard, (states) =>
      lineStations.saveHeard(this.#db, states.map(heardOf)),
    );
  }

  /** What is not stored waits again. */
  async #saveIn(
    atOnce: number,
    set: ReadonlySet<StationId>,
    again: Set<StationId>,
    store: (states: StationState[]) => Promise<void>,
  ): Promise<void> {
    const ids = [...set];
    for (let i = 0; i < ids.length; i += atOnce) {
      if (i > 0) await setImmediate();
      try {
        await store(ids.slice(i, i + atOnce).map((id) => this.#states.get(id)!));
      } catch (error) {
        for (const id of ids.slice(i)) again.add(id);
        throw error;
      }
    }
  }
}

const EMPTY: Omit<LineStationRow, "stationId"> = {
  serial: null,
  fingerprint: null,
  enrolledAt: null,
  codeHash: null,
  codeExpiresAt: null,
  session: 0,
  counter: 0,
  lastSeenAt: null,
  software: null,
  faultsJson: "[]",
  areaPathJson: "[]",
  areaRevision: 1,
  wantedJson: null,
  confirmedJson: null,
  leftAreasJson: "[]",
};

function stateOf(row: LineStationRow): StationState {
  return {
    id: row.stationId,
    serial: row.serial,
    fingerprint: row.fingerprint,
    enrolledAt: row.enrolledAt,
    codeHash: row.codeHash,
    codeExpiresAt: row.codeExpiresAt,
    window: new ReplayWindow(row.session, row.counter),
    connected: false,
    lastSeenAt: row.lastSeenAt,
    graceUntil: 0,
    software: row.software,
    faults: JSON.parse(row.faultsJson) as Fault[],
    health: null,
    birth: null,
    areaPath: JSON.parse(row.areaPathJson) as AreaId[],
    areaRevision: row.areaRevision,
    leftAreas: JSON.parse(row.leftAreasJson) as AreaId[],
    wanted: headOf(row.wantedJson),
    confirmed: headOf(row.confirmedJson),
    rejectedCode: null,
  };
}

function rowOf(state: StationState): LineStationRow {
  return {
    stationId: state.id,
    serial: state.serial,
    fingerprint: state.fingerprint,
    enrolledAt: whole(state.enrolledAt),
    codeHash: state.codeHash,
    codeExpiresAt: whole(state.codeExpiresAt),
    session: state.window.session,
    counter: state.window.highest,
    lastSeenAt: whole(state.lastSeenAt),
    software: state.software,
    faultsJson: JSON.stringify(state.faults),
    areaPathJson: JSON.stringify(state.areaPath),
    areaRevision: state.areaRevision,
    leftAreasJson: JSON.stringify(state.leftAreas),
    wantedJson: state.wanted && JSON.stringify(state.wanted),
    confirmedJson: state.confirmed && JSON.stringify(state.confirmed),
  };
}

const heardOf = ({ id, window, lastSeenAt }: StationState): Heard => ({
  ...{ stationId: id, session: window.session, counter: window.highest, lastSeenAt: whole(lastSeenAt) },
});

const headOf = (text: string | null) => (text === null ? null : (JSON.parse(text) as PlanHead));
const whole = (at: UnixMs | null) => (at === null ? null : Math.round(at));
