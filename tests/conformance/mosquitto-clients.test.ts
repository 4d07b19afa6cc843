import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { TestBroker } from "@loa/hub/broker/test-broker.fixture";
import { toTopic, upTopic } from "@loa/protocol/topics";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** Mosquitto's own clients over TLS with client certificates. Debian: mosquitto-clients. */
describe("mosquitto_pub and mosquitto_sub", () => {
  let broker: TestBroker;
  let folder: string;
  const heard: [string, string][] = [];
  beforeAll(async () => {
    broker = await TestBroker.start();
    folder = mkdtempSync(join(tmpdir(), "loa-mosquitto-clients-"));
    broker.broker.onMessage((_, topic, payload) => heard.push([topic, Buffer.from(payload).toString()]));
  });
  afterAll(async () => {
    await broker.stop();
    rmSync(folder, { recursive: true });
  });

  /** Enrols a station and answers the arguments that make a client that station. */
  async function as(station: string): Promise<string[]> {
    const { key, cert } = await broker.enrol(station);
    const file = (name: string, content: unknown) => {
      const path = join(folder, `${station}.${name}`);
      writeFileSync(path, String(content));
      return path;
    };
    return [
      ...["-h", "127.0.0.1", "-p", new URL(broker.address).port, "-V", "mqttv311", "-i", station],
      ...[
        "--cafile",
        file("ca", broker.trust.ca.pem),
        "--cert",
        file("pem", cert),
        "--key",
        file("key", key),
      ],
    ];
  }

  const run = (program: string, args: string[]) =>
    new Promise<{ code: number; said: string }>((resolve) => {
      execFile(program, args, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, said: out + err }),
      );
    });

  test.each([0, 1])("publish with QoS %i", async (qos) => {
    const topic = upTopic(`tram-pub-${qos}`, "event");
    const { code } = await run("mosquitto_pub", [
      ...(await as(`tram-pub-${qos}`)),
      ...["-t", topic, "-m", `with ${qos}`, "-q", String(qos)],
    ]);
    expect(code).toBe(0);
    await expect.poll(() => heard).toContainEqual([topic, `with ${qos}`]);
  });

  test.concurrent.for([0, 1])(
    "receive with QoS %i what the hub publishes, over a keep-alive",
    async (qos, { expect }) => {
      const station = `tram-sub-${qos}`;
      const filter = `loa/1/to/${station}/#`;
      const client = spawn("stdbuf", [
        "-oL",
        "mosquitto_sub",
        ...(await as(station)),
        ...["-t", filter, "-q", String(qos), "-k", "5", "-C", "2", "-F", "%q %t %p", "-d"],
      ]);
      const lines: string[] = [];
      const ended = new Promise((resolve) => client.once("close", resolve));
      createInterface({ input: client.stdout }).on("line", (line) => lines.push(line));
      await expect.poll(() => lines.some((line) => line.includes("received SUBACK"))).toBe(true);
      await broker.broker.publish(toTopic(station, "plan"), "one", 1);
      await expect
        .poll(() => lines.some((line) => line.includes("received PINGRESP")), { timeout: 15_000 })
        .toBe(true);
      await broker.broker.publish(toTopic(station, "time"), "two", 0);
      await ended;
      expect(lines.filter((line) => / loa\/1\/to\/\S+ (one|two)$/.test(line))).toEqual([
        `${qos} ${toTopic(station, "plan")} one`,
        `0 ${toTopic(station, "time")} two`,
      ]);
    },
  );

  test("leave their last will when they are killed", async () => {
    const topic = upTopic("tram-will", "death");
    const client = spawn("stdbuf", [
      "-oL",
      "mosquitto_sub",
      ...(await as("tram-will")),
      ...["-t", "loa/1/hub", "--will-topic", topic, "--will-payload", "gone", "--will-qos", "1", "-d"],
    ]);
    await new Promise<void>((resolve) =>
      createInterface({ input: client.stdout }).on("line", (line) => {
        if (line.includes("received SUBACK")) resolve();
      }),
    );
    client.kill("SIGKILL");
    await expect.poll(() => heard).toContainEqual([topic, "gone"]);
  });

  test("are refused what is not theirs: 0x80 for a filter, the connection closed for a message", async () => {
    const sub = await run("mosquitto_sub", [
      ...(await as("tram-cam")),
      "-t",
      "loa/1/to/tram-khac/#",
      "-W",
      "5",
    ]);
    expect(sub.said).toMatch(/denied|not authori[sz]ed|All subscription requests were denied/i);
    const topic = upTopic("tram-khac", "event");
    await run("mosquitto_pub", [
      ...(await as("tram-cam")),
      ...["-t", topic, "-m", "x", "-q", "1", "--repeat", "1"],
    ]);
    expect(heard.map(([to]) => to)).not.toContain(topic);
    expect(broker.refusals.map(({ subject }) => subject)).toContain(topic);
  });

  test("are not let in without a certificate of the hub's", async () => {
    const [, ...args] = [0, ...(await as("tram-kin"))];
    const without = args.slice(0, args.indexOf("--cert"));
    const { code } = await run("mosquitto_pub", [
      ...without,
      ...["-t", upTopic("tram-kin", "event"), "-m", "x"],
    ]);
    expect(code).not.toBe(0);
  });
});
