import { argon2Sync } from "node:crypto";
import { hours, minutes } from "@loa/kernel/units";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NEVER_SEEN } from "../core/station-view.ts";
import type { LineParts } from "../hub.ts";
import { type DeskUnderTest, deskUnderTest, PASSWORD } from "../testing/desk-under-test.ts";

let calls = 0;
let slow: Promise<void> = Promise.resolve();
const never = () => Promise.reject(new Error("no line here"));
const LINE: LineParts = {
  line: {
    glance: () => NEVER_SEEN,
    live: async () => NEVER_SEEN,
    enrolmentLabel: never,
    enrolmentLabels: never,
  },
  routes: [
    (app) => {
      app.post("/urgent", async () => ({ calls: ++calls }));
      app.post("/slow", async () => {
        await slow;
        return { calls: ++calls };
      });
    },
  ],
  start: async () => ({}),
  stop: async () => {},
  ready: () => true,
};

let under: DeskUnderTest;
beforeEach(async () => {
  calls = 0;
  under = await deskUnderTest({}, () => LINE);
});
afterEach(() => under.close());

test("what must not wait for the store is done while it takes nothing, for who was logged in for long, and once only", async () => {
  const huyen = await under.as("huyen");
  const ask = (path: string, key: string) => huyen("POST", path, {}, { "idempotency-key": key });
  expect((await ask("/urgent", "a")).json()).toEqual({ calls: 1 });
  expect((await ask("/urgent", "a")).json()).toEqual({ calls: 1 });
  await sql`PRAGMA query_only = ON`.execute(under.desk.database);
  await under.clock.advance(minutes(11));
  expect((await ask("/urgent", "a")).json()).toEqual({ calls: 1 });
  expect((await ask("/urgent", "b")).json()).toEqual({ calls: 2 });
  const again = await ask("/urgent", "b");
  expect([again.headers["idempotency-replayed"], again.json()]).toEqual(["true", { calls: 2 }]);
  expect((await ask("/slow", "b")).json()).toMatchObject({ code: "CONFLICT" });
  await under.clock.advance(hours(25));
  const later = await under.as("huyen");
  const askLater = (key: string) => later("POST", "/urgent", {}, { "idempotency-key": key });
  expect((await askLater("b")).json()).toEqual({ calls: 3 });
  expect((await askLater("a")).json()).toEqual({ calls: 4 });
  await sql`PRAGMA query_only = OFF`.execute(under.desk.database);
});

test("a request whose first sending is still being worked on is refused, and answered as that one once it is done", async () => {
  const huyen = await under.as("huyen");
  const key = { "idempotency-key": "a" };
  let finish = () => {};
  slow = new Promise((resolve) => {
    finish = resolve;
  });
  const first = huyen("POST", "/slow", {}, key);
  await expect.poll(async () => (await huyen("POST", "/slow", {}, key)).json().code).toBe("CONFLICT");
  finish();
  expect((await first).json()).toEqual({ calls: 1 });
  expect((await huyen("POST", "/slow", {}, key)).json()).toEqual({ calls: 1 });
});

test("a token opens what must not wait for the store, also while it takes nothing", async () => {
  const huyen = await under.as("huyen");
  const { token } = (await huyen("POST", "/tokens", { name: "Trung tâm cảnh báo" })).json();
  const headers = { authorization: `Bearer ${token}` };
  const ask = () => under.server.inject({ method: "POST", url: "/api/v1/urgent", headers });
  await sql`PRAGMA query_only = ON`.execute(under.desk.database);
  expect((await ask()).json()).toEqual({ calls: 1 });
  await under.clock.advance(minutes(11));
  expect((await ask()).json()).toEqual({ calls: 2 });
  await sql`PRAGMA query_only = OFF`.execute(under.desk.database);
});

test("who logs in by a password that is to be hashed anew gets in while the store takes nothing", async () => {
  const { database } = under.desk;
  const nonce = Buffer.alloc(16, 7);
  const cost = { nonce, tagLength: 32, memory: 8_192, passes: 2, parallelism: 1 };
  const [salt, hash] = [nonce, argon2Sync("argon2id", { message: Buffer.from(PASSWORD), ...cost })].map(
    (bytes) => bytes.toString("base64").replaceAll("=", ""),
  );
  const passwordHash = `$argon2id$v=19$m=8192,t=2,p=1$${salt}$${hash}`;
  await database.updateTable("users").set({ passwordHash }).where("username", "=", "huyen").execute();
  await sql`PRAGMA query_only = ON`.execute(database);
  const huyen = await under.as("huyen");
  expect((await huyen("POST", "/urgent", {})).json()).toEqual({ calls: 1 });
  await sql`PRAGMA query_only = OFF`.execute(database);
});

test("wrong passwords are told as such and counted while the store takes nothing, and the right one still opens", async () => {
  const { database } = under.desk;
  const tried = (username: string, password: string) =>
    under.server.inject({ method: "POST", url: "/api/v1/session", payload: { username, password } });
  await sql`PRAGMA query_only = ON`.execute(database);
  for (let failures = 0; failures < 5; failures++)
    expect((await tried("huyen", "guessed-password")).json()).toMatchObject({ code: "BAD_CREDENTIALS" });
  expect((await tried("huyen", PASSWORD)).json()).toMatchObject({ code: "TOO_MANY_REQUESTS" });
  await under.clock.advance(minutes(1));
  expect((await tried("huyen", PASSWORD)).statusCode).toBe(200);
  expect((await tried("huyen", "guessed-password")).json()).toMatchObject({ code: "BAD_CREDENTIALS" });
  await sql`PRAGMA query_only = OFF`.execute(database);
});
