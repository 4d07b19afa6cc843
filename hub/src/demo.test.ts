import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { deskUnderTest, PASSWORD } from "./testing/desk-under-test.ts";

test("the demo is found again at the second start, with what people changed", async () => {
  const before = await deskUnderTest();
  await (await before.as("admin"))("PATCH", "/stations/vinh-tan-01", { name: "Cụm chợ" });
  const after = await before.restart();
  onTestFinished(() => after.close());
  const ask = await after.as("admin");
  const { items } = (await ask("GET", "/stations")).json();
  expect(items.length).toBe(8);
  expect((await ask("GET", "/stations/vinh-tan-01")).json().name).toBe("Cụm chợ");
  expect(new Set(items.map((item: { areaId: string }) => item.areaId)).size).toBe(3);
});

test("a first start without the demo makes one admin, whose password lies in the data folder", async () => {
  const under = await deskUnderTest({ LOA_DEMO: "false" });
  onTestFinished(() => under.close());
  const file = join(under.config.data, "admin-password");
  expect(statSync(file).mode & 0o077).toBe(0);
  const logIn = (password: string) =>
    under.server.inject({ method: "POST", url: "/api/v1/session", payload: { username: "admin", password } });
  expect((await logIn(PASSWORD)).statusCode).toBe(401);
  expect((await logIn(readFileSync(file, "utf8").trim())).json().user.role).toBe("admin");
});
