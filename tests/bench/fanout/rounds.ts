import { readFileSync } from "node:fs";
import { areaTopic } from "@loa/protocol/topics";
import { HubRig } from "./hub-rig.ts";
import { Load, type Received } from "./load.ts";
import { sharedNow } from "./load-messages.ts";
import { Mosquitto } from "./mosquitto.ts";

const WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 5;

/** One alert to everybody, ms since it was sent. `missing`: stations that never had it. */
export interface Round {
  readonly first: number;
  readonly p99: number;
  readonly last: number;
  /** Every acknowledgement is stored; at the peer: has reached its collector. */
  readonly acked: number;
  readonly missing: number;
  /** What the broker's process used for it, ms of processor time. */
  readonly cpuMs: number;
  /** The alert as stations got it, a compact JWS. */
  readonly payload: string;
  readonly verifyMs: number;
}

/** `small`: some hundred bytes, its words are an asset. `large`: its words are inside, about 48 kB. */
export type Size = "small" | "large";

/** A hub with stations connected to it. */
export interface HubSide {
  readonly rig: HubRig;
  readonly load: Load;
  /** POSTs an alert; `expect`: so many stations can have it. */
  round(size: Size, expect: number): Promise<Round>;
  stop(): Promise<void>;
}

/** Mosquitto with the same load clients. */
export interface PeerSide {
  /** Publishes the hub's own bytes. */
  round(payload: Buffer, expect: number): Promise<Round>;
  stop(): Promise<void>;
}

/** Of the kernel's accounts. */
const TICKS_PER_S = 100;

/** Processor time of a process since it began, ms. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_S) * 1_000;
}

const TEXT =
  "Ủy ban nhân dân xã thông báo khẩn cấp. Nước sông đang lên nhanh, dự kiến vượt báo động ba trong đêm nay. ";

const REPEATED: Record<Size, number> = { small: 4, large: 2 };

export async function hubSide(count: number): Promise<HubSide> {
  const rig = await new HubRig().start(count);
  const load = new Load();
  await load.join(rig.mqttPort, rig.stations, rig.trust);
  const alert = (size: Size) => ({
    ...{ kind: "actual", headline: "Lũ khẩn cấp", text: TEXT.repeat(REPEATED[size]) },
    ...{ targets: [{ areaId: rig.areaId }], expiresInSeconds: 600 },
  });
  return {
    ...{ rig, load },
    async round(size, expect) {
      await load.watch(expect, true);
      const received = load.received(WITHIN_MS);
      const [before, cpu] = [rig.newest(), cpuMs(rig.pid)];
      const sentAt = sharedNow();
      const posted = rig.desk.post("/alerts", alert(size));
      const acked = storedAt(rig, before, expect);
      const answer = await received;
      await posted;
      return roundOf(answer, { sentAt, expect, ackedAt: await acked, cpuMs: cpuMs(rig.pid) - cpu });
    },
    async stop() {
      load.stop();
      await rig.stop();
    },
  };
}

/** When so many acks of the alert after `before` are in the hub's store. */
async function storedAt(rig: HubRig, before: string | null, expect: number): Promise<number> {
  const deadline = sharedNow() + WITHIN_MS;
  for (let id: string | null = null; sharedNow() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const newest = rig.newest();
    id ??= newest === before ? null : newest;
    if (id !== null && rig.stored(id) >= expect) return sharedNow();
  }
  return Number.POSITIVE_INFINITY;
}

export async function mosquittoSide(hub: HubRig): Promise<PeerSide> {
  const mosquitto = await Mosquitto.start();
  const load = new Load();
  await load.join(mosquitto.port, hub.stations, hub.trust);
  const topic = areaTopic(hub.areaId, "alert");
  return {
    async round(payload, expect) {
      await load.watch(expect, false);
      const received = load.received(WITHIN_MS);
      const cpu = cpuMs(mosquitto.pid);
      const sentAt = mosquitto.publish(topic, payload);
      const answer = await received;
      const ackedAt = await mosquitto.allAcks(expect);
      return roundOf(answer, { sentAt, expect, ackedAt, cpuMs: cpuMs(mosquitto.pid) - cpu });
    },
    async stop() {
      load.stop();
      await mosquitto.stop();
    },
  };
}

interface Taken {
  readonly sentAt: number;
  readonly expect: number;
  readonly ackedAt: number;
  readonly cpuMs: number;
}

function roundOf(answer: Received, { sentAt, expect, ackedAt, cpuMs: used }: Taken): Round {
  const took = answer.at.map((one) => one - sentAt).sort((a, b) => a - b);
  const quantile = (q: number) =>
    took[Math.max(0, Math.ceil(took.length * q) - 1)] ?? Number.POSITIVE_INFINITY;
  return {
    ...{ first: quantile(0), p99: quantile(0.99), last: took.at(-1) ?? Number.POSITIVE_INFINITY },
    ...{ acked: ackedAt - sentAt, missing: expect - took.length, cpuMs: used },
    ...{ payload: answer.payload, verifyMs: answer.verifyMs },
  };
}
