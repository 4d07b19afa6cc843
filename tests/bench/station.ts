import { readdirSync, readFileSync } from "node:fs";
import { approved, confirmed, proven, scheduled } from "../harness/announce.ts";
import { Commune } from "../harness/commune.ts";
import { decode, speech } from "../harness/sound.ts";
import { untilTime } from "../harness/until.ts";
import type { Bench, Row } from "./bench.ts";

const ID = "tram-do-dac-01";
const RUNS = 5;
const TICKS_PER_S = 100;
const IDLE_MS = 5_000;

/** One real controller with its audio process: cold start to plan ready, memory, and CPU while idle and while playing. */
export const station: Bench = {
  name: "station",
  async run(): Promise<Row[]> {
    const commune = await new Commune([{ id: ID }]).start();
    try {
      return await measure(commune);
    } finally {
      await commune.stop();
    }
  },
};

async function measure(commune: Commune): Promise<Row[]> {
  const staff = await commune.person("xa");
  const file = speech(commune.folder, "do.mp3", "Đây là bản tin dùng để đo tải của một trạm. ".repeat(4));
  const announcement = await approved(commune, "Đo", file, "do.mp3");
  const durationMs = decode(file).length / 48;
  const [starts, idleCpu, playCpu, idleRss, playRss]: number[][] = [[], [], [], [], []];
  for (let run = 0; run < RUNS; run++) {
    await commune.part(ID).stop();
    const from = performance.now();
    await commune.startStation(ID).ready;
    starts?.push((performance.now() - from) / 1_000);
    await commune.online(ID);
    const broadcast = await scheduled(staff, announcement.id, [{ stationId: ID }], IDLE_MS + 12_000);
    await confirmed(staff, broadcast.id);
    await untilTime(broadcast.startAt - IDLE_MS - 3_500);
    idleCpu?.push(await cpuOver(commune, IDLE_MS));
    idleRss?.push(rssMb(commune));
    await untilTime(broadcast.startAt + 500);
    playCpu?.push(await cpuOver(commune, durationMs - 1_500));
    playRss?.push(rssMb(commune));
    await proven(staff, broadcast.id, 1);
  }
  return [
    row("cold start to plan ready", "s", starts, 2),
    row("RSS, idle, both processes", "MB", idleRss, 160),
    row("RSS, playing, both processes", "MB", playRss, 160),
    row("CPU idle", "% of a core", idleCpu, 4),
    row("CPU playing", "% of a core", playCpu, 8),
  ];
}

function row(measure: string, unit: string, values: readonly number[] = [], bar: number): Row {
  const median = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return { measure, unit, values, bar: `≤ ${bar}`, reached: median <= bar };
}

/** The controller and its children. */
function pids(commune: Commune): number[] {
  const { pid } = commune.part(ID);
  const parentOf = (one: string) => Number(/\) \S (\d+)/.exec(read(`/proc/${one}/stat`))?.[1]);
  return [
    pid,
    ...readdirSync("/proc")
      .filter((one) => /^\d+$/.test(one) && parentOf(one) === pid)
      .map(Number),
  ];
}

/** Share of a core over some time, percent. */
async function cpuOver(commune: Commune, ms: number): Promise<number> {
  const family = pids(commune);
  const ticks = () => family.reduce((sum, pid) => sum + ticksOf(pid), 0);
  const [before, from] = [ticks(), performance.now()];
  await untilTime(Date.now() + ms);
  return ((ticks() - before) / TICKS_PER_S / ((performance.now() - from) / 1_000)) * 100;
}

function ticksOf(pid: number): number {
  const fields = read(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

function rssMb(commune: Commune): number {
  return pids(commune).reduce(
    (sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1]) / 1_024,
    0,
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
