import { Alert } from "@loa/protocol/alert";
import { claimedBody, verify } from "@loa/protocol/envelope";
import { upTopic } from "@loa/protocol/topics";
import { wrapUplink } from "@loa/protocol/uplink";
import { generate } from "mqtt-packet";
import { type Arrived, LoadConnection } from "./load-connection.ts";
import { type FromLoad, sharedNow, type ToLoad } from "./load-messages.ts";

/** The process of load clients: connects stations, notes when each has an alert, acknowledges it as a station does. */
const AT_ONCE = 250;
const VERIFY_ONE_IN = 10;
const PING_EVERY_MS = 25_000;

const stations: LoadConnection[] = [];
let trust: Extract<ToLoad, { say: "join" }>["trust"] | null = null;
/** The alert that is looked for: the first that comes after a `watch`. */
let payload: Buffer = Buffer.alloc(0);
let claimed: { id: string; revision: number } = { id: "", revision: 0 };
const past = new Set<string>();
let expected = 0;
let receivedAt = new Map<LoadConnection, number>();
let [verified, verifyMs] = [0, 0];
const counters = new Map<LoadConnection, number>();

process.on("message", (message: ToLoad) => {
  if (message.say === "join") void join(message);
  else if (message.say === "watch") watch(message);
  else if (message.say === "report") report();
  else for (const one of stations) pauseOrNot(one, message);
});
process.once("disconnect", () => process.exit(0));

async function join({ port, stations: joining, trust: believed }: Extract<ToLoad, { say: "join" }>) {
  trust = believed;
  for (let from = 0; from < joining.length; from += AT_ONCE) {
    const part = joining
      .slice(from, from + AT_ONCE)
      .map((station) => new LoadConnection(port, station, arrived));
    await Promise.all(part.map(({ ready }) => ready));
    stations.push(...part);
  }
  spreadPings();
  answer({ say: "joined" });
}

function spreadPings(): void {
  let next = 0;
  const each = 100;
  setInterval(() => {
    const until = next + Math.ceil((stations.length * each) / PING_EVERY_MS);
    for (; next < until; next++) stations[next % stations.length]?.ping();
  }, each);
}

function watch({ expect, ignorePast }: Extract<ToLoad, { say: "watch" }>): void {
  expected = expect;
  if (ignorePast) past.add(claimed.id);
  receivedAt = new Map();
  payload = Buffer.alloc(0);
  [verified, verifyMs] = [0, 0];
  answer({ say: "watching" });
}

function arrived(from: LoadConnection, message: Arrived): void {
  if (message.topic.endsWith("/alert")) alerted(from, message, sharedNow());
  else from.write(puback(message.messageId));
}

function alerted(from: LoadConnection, message: Arrived, at: number): void {
  const known = message.payload.equals(payload) ? claimed : claimedOf(message.payload);
  if (past.has(known.id)) {
    ack(from, message.messageId, known);
    return;
  }
  if (payload.length === 0) [payload, claimed] = [Buffer.from(message.payload), known];
  const first = known.id === claimed.id && !receivedAt.has(from);
  if (first) receivedAt.set(from, at);
  if (receivedAt.size % VERIFY_ONE_IN === 0) void verifyThenAck(from, message.messageId, known);
  else ack(from, message.messageId, known);
  if (first && receivedAt.size === expected) report();
}

function claimedOf(compact: Buffer): typeof claimed {
  const { alertId, revision } = claimedBody(compact.toString("latin1"));
  return { id: String(alertId), revision: Number(revision) };
}

async function verifyThenAck(from: LoadConnection, messageId: number, known: typeof claimed): Promise<void> {
  if (!trust) return;
  const began = performance.now();
  const { id, areaPath } = from.station;
  const audience = [id, ...areaPath];
  const believes = { ...trust, audience, now: Date.now(), clockErrorMs: 100 };
  await verify("alert", Alert, payload.toString("latin1"), believes);
  verifyMs += performance.now() - began;
  verified++;
  ack(from, messageId, known);
}

function ack(from: LoadConnection, messageId: number, { id, revision }: typeof claimed): void {
  const { station, secret } = from;
  const counter = (counters.get(from) ?? 0) + 1;
  counters.set(from, counter);
  const topic = upTopic(station.id, "ack");
  const body = { id, revision, state: "received", at: Date.now() };
  const wrapped = wrapUplink(secret, topic, 1, counter, body);
  const publish = generate({
    cmd: "publish",
    topic,
    payload: wrapped,
    qos: 1,
    messageId: counter,
    dup: false,
    retain: false,
  });
  from.write(Buffer.concat([puback(messageId), publish]));
}

const puback = (id: number) => Buffer.from([0x40, 2, id >> 8, id & 0xff]);

function report(): void {
  const at = [...receivedAt.values()];
  const each = verified === 0 ? 0 : verifyMs / verified;
  answer({ say: "received", at, verified, verifyMs: each, payload: payload.toString("latin1") });
}

function pauseOrNot(one: LoadConnection, message: Extract<ToLoad, { say: "freeze" | "thaw" }>): void {
  if (message.say === "thaw") one.resume();
  else if (message.ids.includes(one.station.id)) one.pause();
}

function answer(message: FromLoad): void {
  process.send?.(message);
}
