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

test("what people merged, removed, retired and disabled in the demo is not made again", async () => {
  const before = await deskUnderTest();
  const first = await before.as("admin");
  await first("POST", "/areas/dien-hong/merge", { into: "kim-lien" });
  await first("DELETE", "/stations/vinh-tan-01");
  await first("PATCH", "/users/user-xa", { disabled: true });
  const after = await before.restart();
  onTestFinished(() => after.close());
  const ask = await after.as("admin");
  const list = async (path: string) => (await ask("GET", path)).json().items;
  expect((await list("/areas")).map(({ id }: { id: string }) => id)).not.toContain("dien-hong");
  expect(await list("/stations")).toHaveLength(7);
  expect(await list("/users")).toContainEqual(expect.objectContaining({ id: "user-xa", disabled: true }));
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
