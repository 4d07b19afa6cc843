import { createHmac } from "node:crypto";
import type { EnrolAnswer } from "@loa/protocol/enrolment";
import mqtt from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { certificateRequest } from "../trust/certificate-request.fixture.ts";
import { LineUnderTest } from "./line-under-test.fixture.ts";

let hub: LineUnderTest;
let enrolled: EnrolAnswer;
const id = "kim-lien-1";
const proof = (purpose: string) =>
  createHmac("sha256", Buffer.from(enrolled.secret, "base64url")).update(purpose).digest("hex");

beforeAll(async () => {
  hub = await LineUnderTest.start("off");
  const { code, hub: address } = await hub.line.line.enrolmentLabel(id);
  const answer = await fetch(`${address}/api/v1/enrol`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ station: id, code, csr: await certificateRequest(id) }),
  });
  enrolled = (await answer.json()) as EnrolAnswer;
});
afterAll(() => hub.end());

const connect = (username: string, password: string, clientId = username) =>
  mqtt.connectAsync(enrolled.mqtt, { clientId, username, password, reconnectPeriod: 0, keepalive: 20 });

test("without TLS a station proves itself to the broker by its secret", async () => {
  const client = await connect(id, proof("mqtt"));
  expect(client.connected).toBe(true);
  client.end(true);
});

test.each([
  ["another purpose's proof", id, () => proof("assets"), id],
  ["no proof", id, () => "", id],
  ["the proof of another name", "kim-lien-2", () => proof("mqtt"), "kim-lien-2"],
  ["another client id", id, () => proof("mqtt"), "kim-lien-2"],
])("%s is refused", async (_, username, password, clientId) => {
  await expect(connect(username, password(), clientId)).rejects.toThrow(/Not authorized/);
});

test("without TLS audio is given for a proof", async () => {
  const sha256 = "a".repeat(64);
  await hub.store(sha256, "OggS");
  const ask = (authorization: string) =>
    fetch(`${enrolled.assets}/assets/${sha256}`, { headers: { authorization } });
  expect(await (await ask(`Station ${id}:${proof("assets")}`)).text()).toBe("OggS");
  expect((await ask(`Station ${id}:${proof("mqtt")}`)).status).toBe(401);
  expect((await ask("")).status).toBe(401);
});
