import { request } from "node:https";
import { type Command, Command as CommandSchema } from "@loa/protocol/command";
import type { EnrolAnswer, EnrolmentLabel } from "@loa/protocol/enrolment";
import { type Trust, verify } from "@loa/protocol/envelope";
import { KeySet } from "@loa/protocol/key-set";
import { Plan } from "@loa/protocol/plan";
import type { Birth } from "@loa/protocol/presence";
import type { Receipt } from "@loa/protocol/receipt";
import { stationSubscriptions, type UpKind, upTopic } from "@loa/protocol/topics";
import { wrapUplink } from "@loa/protocol/uplink";
import mqtt, { type MqttClient } from "mqtt";
import { stationKeys } from "../trust/certificate-request.fixture.ts";
import { ALWAYS, type LineUnderTest } from "./line-under-test.fixture.ts";

export type Message = { topic: string; text: string; bytes: Uint8Array };

/** A station on the wire: it enrols, connects, sends what it is told to and keeps what it gets. For tests. */
export class TestStation {
  readonly id: string;
  readonly test: LineUnderTest;
  key = "";
  enrolled!: EnrolAnswer;
  client!: MqttClient;
  session = 1;
  counter = 0;
  plan: Plan | null = null;
  #inbox: Message[] = [];
  #waiting: { fits: (message: Message) => boolean; resolve: (message: Message) => void }[] = [];

  constructor(test: LineUnderTest, id: string) {
    this.test = test;
    this.id = id;
  }

  /** Enrolled, connected, subscribed; not yet born. */
  static async connected(test: LineUnderTest, id: string): Promise<TestStation> {
    const station = new TestStation(test, id);
    await station.enrol();
    await station.connect();
    return station;
  }

  async enrol(label?: EnrolmentLabel): Promise<number> {
    const { code } = label ?? (await this.test.line.line.enrolmentLabel(this.id));
    const { key, csr } = await stationKeys(this.id);
    const answer = await this.post("/api/v1/enrol", { station: this.id, code, csr });
    if (answer.status === 200) [this.key, this.enrolled] = [key, answer.body as EnrolAnswer];
    return answer.status;
  }

  async connect(): Promise<void> {
    const client = mqtt.connect(this.enrolled.mqtt, {
      ca: this.enrolled.ca,
      cert: this.enrolled.certificate,
      key: this.key,
      clientId: this.id,
      reconnectPeriod: 0,
      keepalive: 20,
      will: {
        topic: upTopic(this.id, "death"),
        payload: Buffer.from(this.wrap("death", { reason: "lost" })),
        qos: 1,
        retain: false,
      },
    });
    this.client = client;
    client.on("message", (topic, payload) => this.#got({ topic, text: payload.toString(), bytes: payload }));
    await new Promise<void>((resolve, reject) => {
      client.once("connect", () => resolve());
      client.once("error", reject);
      client.once("close", () => reject(new Error("closed")));
    });
    client.on("error", () => {});
    await client.subscribeAsync(stationSubscriptions(this.id, this.enrolled.areaPath), { qos: 1 });
  }

  wrap(kind: UpKind, message: unknown): string {
    const secret = Buffer.from(this.enrolled.secret, "base64url");
    return wrapUplink(secret, upTopic(this.id, kind), this.session, ++this.counter, message);
  }

  async send(kind: UpKind, message: unknown): Promise<void> {
    await this.raw(kind, this.wrap(kind, message));
  }

  async raw(kind: UpKind, text: string): Promise<void> {
    await this.client.publishAsync(upTopic(this.id, kind), text, { qos: 1 });
  }

  async born(more: Partial<Birth> = {}): Promise<void> {
    const { plan } = this;
    const birth: Birth = {
      nonce: "0123456789abcdef",
      at: this.test.clock.now(),
      software: "1.0.0",
      hardware: "test",
      zones: [],
      hardEnvelope: ALWAYS,
      plan: plan && { hubEpoch: plan.hubEpoch, revision: plan.revision, validUntil: plan.validUntil },
      areaRevision: this.enrolled.areaRevision,
      keySetVersion: 1,
      missingAssets: [],
      faults: [],
      clock: { synchronised: true, errorMs: 1, offsetMs: 0, source: "hub" },
      unsentReceipts: 0,
      ...more,
    };
    await this.send("birth", birth);
  }

  /** The next message that fits, also one that came already. */
  next(fits: (message: Message) => boolean): Promise<Message> {
    const index = this.#inbox.findIndex(fits);
    if (index >= 0) return Promise.resolve(this.#inbox.splice(index, 1)[0]!);
    return new Promise((resolve) => this.#waiting.push({ fits, resolve }));
  }

  /** What came and was not yet asked for, after everything the hub sent before has arrived. */
  async inbox(): Promise<Message[]> {
    await this.asksTime();
    return this.#inbox;
  }

  async asksTime(): Promise<{ nonce: string; t1: number; t2: number; t3: number; mac: string }> {
    const nonce = `nonce-${this.counter}`.padEnd(16, "x");
    await this.send("time", { nonce, t1: 5 });
    const reply = await this.next(({ topic, text }) => topic.endsWith("/time") && text.includes(nonce));
    return JSON.parse(reply.text);
  }

  /** Takes the next plan, verified as a station does. */
  async nextPlan(): Promise<Plan> {
    const { text } = await this.next((message) => message.topic.endsWith("/plan"));
    if (text === "unchanged") throw new Error("the hub says: unchanged");
    this.plan = (await verify("plan", Plan, text, await this.trust())).body;
    return this.plan;
  }

  async ackPlan(state = "ready", code?: string): Promise<void> {
    const { hubEpoch, revision } = this.plan!;
    const at = this.test.clock.now();
    await this.send("ack", { id: "plan", hubEpoch, revision, state, at, ...(code && { code }) });
  }

  async nextCommand(kind: Command["kind"]): Promise<{ command: Command; topic: string }> {
    const trust = await this.trust();
    for (;;) {
      const { text, topic } = await this.next((message) => message.topic.endsWith("/command"));
      const { body } = await verify("command", CommandSchema, text, trust);
      if (body.kind === kind) return { command: body, topic };
    }
  }

  async trust(): Promise<Trust> {
    const { root, keySet, areaPath } = this.enrolled;
    const believes = {
      root,
      audience: [this.id, ...areaPath],
      now: this.test.clock.now(),
      clockErrorMs: 0,
    };
    const keys = await verify("key-set", KeySet, keySet, { ...believes, keySet: null });
    return { ...believes, keySet: keys.body };
  }

  /** Asks the station-side server; with its certificate when it has one and `anonymous` is false. */
  post(path: string, body: object): Promise<{ status: number; body: unknown }> {
    return this.https("POST", path, { "content-type": "application/json" }, JSON.stringify(body), true);
  }

  https(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string,
    anonymous = false,
  ): Promise<{ status: number; body: unknown; headers: Record<string, unknown> }> {
    const identity = anonymous ? {} : { key: this.key, cert: this.enrolled.certificate };
    return new Promise((resolve, reject) => {
      const url = new URL(path, this.test.line.addresses().stations);
      // The label pins the CA; the test reads it from the same folder.
      const asked = request(
        url,
        { method, headers, rejectUnauthorized: false, agent: false, ...identity },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on("data", (part: Buffer) => parts.push(part));
          answer.on("end", () => {
            const text = Buffer.concat(parts).toString();
            const json = /json/.test(answer.headers["content-type"] ?? "");
            resolve({
              status: answer.statusCode ?? 0,
              body: json ? JSON.parse(text) : text,
              headers: answer.headers as Record<string, unknown>,
            });
          });
        },
      );
      asked.on("error", reject);
      asked.end(body);
    });
  }

  end(): void {
    this.client?.end(true);
  }

  #got(message: Message): void {
    const index = this.#waiting.findIndex(({ fits }) => fits(message));
    if (index >= 0) this.#waiting.splice(index, 1)[0]!.resolve(message);
    else this.#inbox.push(message);
  }
}

/** A receipt of a broadcast that played as planned. */
export function receiptOf(receiptId: string, broadcastId: string, more: Partial<Receipt> = {}): Receipt {
  return {
    receiptId,
    broadcastId,
    segment: 0,
    zones: ["z1"],
    scheduledAt: 1_000,
    startedAt: 1_000,
    endedAt: 2_000,
    outcome: "played",
    samplesRendered: 48_000,
    samplesPlanned: 48_000,
    startErrorMs: 0.2,
    clockErrorMs: 1,
    gainDb: 0,
    line: [],
    sequence: 1,
    ...more,
  };
}
