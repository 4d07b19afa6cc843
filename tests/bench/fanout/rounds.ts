import { HubRig } from "./hub-rig.ts";
import { Load, type Received } from "./load.ts";
import { sharedNow } from "./load-messages.ts";
import { Mosquitto } from "./mosquitto.ts";

const WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 5;

/** One alert to everybody, ms since it was sent. `missing`: stations that never had it. */
export interface Round {
  readonly median: number;
  readonly p99: number;
  readonly last: number;
  /** Every acknowledgement is stored; at the peer: has reached its collector. */
  readonly acked: number;
  readonly missing: number;
  /** The alert as stations got it, a compact JWS. */
  readonly payload: string;
  readonly verifyMs: number;
}

/** What carries alerts, with its load. */
export interface Side {
  round(expect: number): Promise<Round>;
  readonly load: Load;
  stop(): Promise<void>;
}

export interface HubSide extends Side {
  readonly rig: HubRig;
}

const TEXT =
  "Ủy ban nhân dân xã thông báo khẩn cấp. Nước sông đang lên nhanh, dự kiến vượt báo động ba trong đêm nay. ";

/** A hub with so many stations connected; an alert is a POST to its API. `speaks`: its words are inside, about 48 kB. */
export async function hubSide(count: number, speaks: boolean): Promise<HubSide> {
  const rig = await new HubRig(speaks).start(count);
  const load = new Load();
  await load.join(rig.mqttPort, rig.stations, rig.trust);
  const alert = {
    kind: "actual",
    headline: "Lũ khẩn cấp",
    ...(speaks && { text: TEXT.repeat(2) }),
    targets: [{ areaId: rig.areaId }],
    expiresInSeconds: 600,
  };
  return {
    ...{ rig, load },
    async round(expect) {
      const received = load.watch(expect, true, WITHIN_MS);
      const before = rig.newest();
      const sentAt = sharedNow();
      const posted = rig.desk.post("/alerts", alert);
      const acked = storedAt(rig, before, expect);
      const answer = await received;
      await posted;
      return roundOf(answer, sentAt, expect, await acked);
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

/** Mosquitto with the same load clients; an alert is one publication of the hub's own bytes. */
export async function mosquittoSide(
  hub: HubRig,
  message: { readonly topic: string; readonly payload: Buffer },
): Promise<Side> {
  const mosquitto = await Mosquitto.start();
  const load = new Load();
  await load.join(mosquitto.port, hub.stations, hub.trust);
  return {
    load,
    async round(expect) {
      const received = load.watch(expect, false, WITHIN_MS);
      const sentAt = mosquitto.publish(message.topic, message.payload);
      const answer = await received;
      const acked = await mosquitto.allAcks(expect);
      return roundOf(answer, sentAt, expect, acked);
    },
    async stop() {
      load.stop();
      await mosquitto.stop();
    },
  };
}

function roundOf(answer: Received, sentAt: number, expect: number, ackedAt: number): Round {
  const took = answer.at.map((one) => one - sentAt).sort((a, b) => a - b);
  const quantile = (q: number) => took[Math.ceil(took.length * q) - 1] ?? Number.POSITIVE_INFINITY;
  return {
    ...{ median: quantile(0.5), p99: quantile(0.99), last: took.at(-1) ?? Number.POSITIVE_INFINITY },
    ...{ acked: ackedAt - sentAt, missing: expect - took.length },
    ...{ payload: answer.payload, verifyMs: answer.verifyMs },
  };
}
