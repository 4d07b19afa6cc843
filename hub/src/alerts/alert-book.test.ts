import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seconds } from "@loa/kernel/units";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { eachWithLine, hub, says, send, shown, there, told } from "./alerts.fixture.ts";

eachWithLine();

describe("a restart of the hub", () => {
  test("takes up what stands: who has it is asked no more, who has not gets it", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await send()).body;
    await says(one, (await told(one)).alert, "received");
    await hub.clock.advance(seconds(2));
    one.end();
    await hub.restart();
    expect(await shown(id)).toMatchObject({ state: "sent", counts: { received: 1, unreachable: 1 } });
    const two = await there("kim-lien-2");
    expect((await told(two)).alert).toMatchObject({ alertId: id, revision: 1 });
  });
});

test("a hub that died between an alert and the end of what it supersedes ends that when it starts", async () => {
  const bodyOf = (id: string) =>
    sql<{ bodyJson: string; version: number }>`SELECT body_json, version FROM alerts WHERE id = ${id}`
      .execute(hub.database)
      .then(({ rows: [row] }) => row!);
  const { id } = (await send({ targets: [{ areaId: "nam-dan" }] })).body;
  await hub.clock.advance(seconds(2));
  const { bodyJson, version } = await bodyOf(id);
  const next = (await send({ supersedes: [id] })).body.id;
  await hub.clock.advance(seconds(2));
  const died = sql`UPDATE alerts SET body_json = ${bodyJson}, version = ${version} WHERE id = ${id}`;
  await died.execute(hub.database);
  await hub.restart();
  await expect.poll(async () => (await shown(id)).state).toBe("recalled");
  expect(await shown(id)).toMatchObject({ supersededBy: next });
  expect(await shown(next)).toMatchObject({ state: "sent" });
});

describe("a store that takes nothing", () => {
  const journal = () => join(hub.folder, "alerts.journal");
  const REFUSALS = {
    "is read-only": {
      begin: () => sql`PRAGMA query_only = ON`.execute(hub.database),
      end: () => sql`PRAGMA query_only = OFF`.execute(hub.database),
    },
    "is full": {
      async begin() {
        await sql`CREATE TABLE ballast (x BLOB)`.execute(hub.database);
        await sql`PRAGMA max_page_count = 1`.execute(hub.database);
        const grow = () => sql`INSERT INTO ballast VALUES (zeroblob(2000))`.execute(hub.database);
        for (let full = false; !full; )
          full = await grow().then(
            () => false,
            () => true,
          );
      },
      end: () => sql`PRAGMA max_page_count = 1000000`.execute(hub.database),
    },
  };

  test.each(Object.keys(REFUSALS) as (keyof typeof REFUSALS)[])(
    "because it %s does not hold up an alert: it is journalled, sent, and stored once it can be",
    async (how) => {
      const one = await there("kim-lien-1");
      await hub.clock.advance(seconds(3));
      await REFUSALS[how].begin();
      const { status, body } = await send();
      expect(status).toBe(201);
      expect((await told(one)).alert.alertId).toBe(body.id);
      expect(readFileSync(journal(), "utf8")).toContain(body.id);
      expect((await hub.ask("GET", "/alerts")).body.items).toHaveLength(1);
      await REFUSALS[how].end();
      await hub.clock.advance(seconds(1));
      await expect.poll(() => existsSync(journal())).toBe(false);
      const { rows } = await sql`SELECT id, version FROM alerts`.execute(hub.database);
      expect(rows).toEqual([{ id: body.id, version: 2 }]);
      expect(hub.audited.filter(({ action }) => action === "alert.send")).toHaveLength(1);
    },
  );

  test("until the hub ends leaves the alert in the journal, and the next start takes it up", async () => {
    await hub.clock.advance(seconds(3));
    await REFUSALS["is read-only"].begin();
    const { id } = (await send()).body;
    await hub.restart(async () => expect(existsSync(journal())).toBe(true));
    expect(existsSync(journal())).toBe(false);
    const one = await there("kim-lien-1");
    expect((await told(one)).alert.alertId).toBe(id);
  });

  test("together with a journal that cannot be written still does not hold it up", async () => {
    const one = await there("kim-lien-1");
    await hub.clock.advance(seconds(3));
    await REFUSALS["is read-only"].begin();
    mkdirSync(journal());
    const { status, body } = await send();
    expect(status).toBe(201);
    expect((await told(one)).alert.alertId).toBe(body.id);
    await REFUSALS["is read-only"].end();
    await hub.clock.advance(seconds(1));
    const sent = () => hub.audited.filter(({ action }) => action === "alert.send");
    await expect.poll(() => sent().map(({ subject }) => subject)).toEqual([body.id]);
  });

  test("and whose journal was cut off within a line loses no later alert", async () => {
    await hub.clock.advance(seconds(3));
    await REFUSALS["is read-only"].begin();
    writeFileSync(journal(), '{"record":{"id":"al-cut-off","vers');
    const { id } = (await send()).body;
    await hub.restart();
    const one = await there("kim-lien-1");
    expect((await told(one)).alert.alertId).toBe(id);
  });
});
