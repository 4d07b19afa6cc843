import { minutes } from "@loa/kernel/units";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NEVER_SEEN } from "../core/station-view.ts";
import type { LineParts } from "../hub.ts";
import { type DeskUnderTest, deskUnderTest } from "../testing/desk-under-test.ts";

let calls = 0;
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
      app.post("/urgent", { config: { idempotency: "best-effort" } }, async () => ({ calls: ++calls }));
      app.post("/usual", async () => ({ calls: ++calls }));
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

test("what must not wait for the store is done while it takes nothing, for who was logged in for long, and else once only", async () => {
  const huyen = await under.as("huyen");
  const ask = (path: string, key: string) => huyen("POST", path, {}, { "idempotency-key": key });
  expect((await ask("/urgent", "a")).json()).toEqual({ calls: 1 });
  expect((await ask("/urgent", "a")).json()).toEqual({ calls: 1 });
  await sql`PRAGMA query_only = ON`.execute(under.desk.database);
  await under.clock.advance(minutes(11));
  expect((await ask("/usual", "b")).statusCode).toBe(500);
  expect((await ask("/urgent", "c")).json()).toEqual({ calls: 2 });
  await sql`PRAGMA query_only = OFF`.execute(under.desk.database);
});
