import { statSync } from "node:fs";
import { seconds } from "@loa/kernel/units";
import { INLINE_LIMIT_BYTES } from "@loa/protocol/alert";
import type { CreateGroup } from "@loa/protocol/http/groups";
import { beforeEach, describe, expect, test } from "vitest";
import { eachWithLine, hub, OPERATOR, send, shown, there, told, words } from "./alerts.fixture.ts";

eachWithLine();

const PLACES: Record<string, { lat: number; lon: number }> = {
  "kim-lien-1": { lat: 18.68, lon: 105.5 },
  "kim-lien-2": { lat: 18.7, lon: 105.5 },
  "nam-giang-1": { lat: 18.68, lon: 105.6 },
};
const AROUND_KIM_LIEN = { circle: { lat: 18.69, lon: 105.5, radiusKm: 2 } };
const EASTERN_HALF = {
  polygon: [
    { lat: 18.6, lon: 105.55 },
    { lat: 18.6, lon: 105.7 },
    { lat: 18.8, lon: 105.7 },
    { lat: 18.8, lon: 105.55 },
  ],
};

const reached = async (id: string) => (await shown(id)).stations.map(({ stationId }) => stationId);
const save = async (group: CreateGroup) => (await hub.ask("POST", "/groups", group)).body;

beforeEach(async () => {
  hub.registry.stationList = hub.registry.stationList.map((one) => ({ ...one, ...PLACES[one.id] }));
  await hub.restart();
});

describe("a shape on the map", () => {
  test.each([
    ["circle", AROUND_KIM_LIEN, ["kim-lien-1", "kim-lien-2"]],
    ["polygon", EASTERN_HALF, ["nam-giang-1"]],
  ])("a %s reaches the stations within, and is shown as it was drawn", async (_, shape, stations) => {
    const { body } = await send({ targets: [shape] });
    expect(body.targets).toEqual([shape]);
    expect(await reached(body.id)).toEqual(stations);
  });

  test("adds up with areas and stations, each once", async () => {
    const { body } = await send({ targets: [AROUND_KIM_LIEN, { stationId: "kim-lien-1" }, EASTERN_HALF] });
    expect(await reached(body.id)).toEqual(["kim-lien-1", "kim-lien-2", "nam-giang-1"]);
  });

  test("reaches no further than the area of who draws it", async () => {
    hub.actor = { ...OPERATOR, areaId: "kim-lien" };
    const everywhere = { circle: { lat: 18.7, lon: 105.5, radiusKm: 200 } };
    const { body } = await send({ targets: [everywhere] });
    expect(await reached(body.id)).toEqual(["kim-lien-1", "kim-lien-2"]);
    expect(await send({ targets: [EASTERN_HALF] })).toMatchObject({
      status: 422,
      body: { code: "NO_TARGETS" },
    });
  });
});

describe("a group", () => {
  test("is saved, used, changed and removed; what was sent keeps the stations it had", async () => {
    const group = await save({ name: "Vùng trũng", targets: [AROUND_KIM_LIEN] });
    expect(group).toMatchObject({ areaId: "kim-lien", stations: 2 });
    const { body } = await send({ targets: [{ groupId: group.id }] });
    expect(await reached(body.id)).toEqual(["kim-lien-1", "kim-lien-2"]);
    const targets = [...group.targets, { stationId: "nam-giang-1" }];
    expect((await hub.ask("PATCH", `/groups/${group.id}`, { targets })).body).toMatchObject({
      ...{ name: "Vùng trũng", areaId: "nam-dan", stations: 3 },
    });
    expect(await reached(body.id)).toHaveLength(2);
    expect((await hub.ask("DELETE", `/groups/${group.id}`)).status).toBe(204);
    expect((await hub.ask("GET", "/groups")).body.items).toEqual([]);
    expect(await send({ targets: [{ groupId: group.id }] })).toMatchObject({ status: 404 });
    expect(hub.audited.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["group.create", "group.change", "group.remove"]),
    );
  });

  test("of an area above is neither seen nor used", async () => {
    const all = await save({ name: "Cả huyện", targets: [{ areaId: "nam-dan" }] });
    const own = await save({ name: "Kim Liên", targets: [{ areaId: "kim-lien" }] });
    hub.actor = { ...OPERATOR, areaId: "kim-lien" };
    expect((await hub.ask("GET", "/groups")).body.items.map(({ id }: { id: string }) => id)).toEqual([
      own.id,
    ]);
    expect((await send({ targets: [{ groupId: all.id }] })).status).toBe(404);
    expect((await hub.ask("DELETE", `/groups/${all.id}`)).status).toBe(404);
    expect((await send({ targets: [{ groupId: own.id }] })).status).toBe(201);
  });

  test("cannot hold what its maker may not alert", async () => {
    hub.actor = { ...OPERATOR, areaId: "kim-lien" };
    const beyond = { name: "Ngoài xã", targets: [{ areaId: "nam-giang" }] };
    expect((await hub.ask("POST", "/groups", beyond)).status).toBe(404);
    hub.actor = { ...OPERATOR, role: "staff" };
    expect((await hub.ask("POST", "/groups", { ...beyond, targets: [AROUND_KIM_LIEN] })).status).toBe(403);
  });
});

test("the same is said in each language, one after the other, between the markings of an exercise", async () => {
  const one = await there("kim-lien-1");
  const translations = [{ language: "en", text: "Flood. Go to high ground." }];
  const { body } = await send({ translations });
  expect(body.translations).toEqual(translations);
  expect(words((await told(one)).alert.sound)).toHaveLength(2);
  await send({ kind: "exercise", translations });
  expect(words((await told(one)).alert.sound)).toHaveLength(4);
});

test("however many languages, no more than one of them travels inside; the others are fetched while the siren sounds", async () => {
  const one = await there("kim-lien-1");
  const long =
    "Flood is coming down the river. Leave the low ground at once and go to the school on the hill. ";
  const translations = [1, 2, 3].map((n) => ({ language: "en", text: `${n}. ${long.repeat(2)}` }));
  await send({ text: long.repeat(2), language: "en", translations });
  const { sound } = (await told(one)).alert;
  const inside = sound.flatMap((item) =>
    item.kind === "opus" ? [Buffer.byteLength(item.data, "base64")] : [],
  );
  const outside = sound.flatMap((item) => (item.kind === "asset" ? [item] : []));
  expect(inside.length + outside.length).toBe(4);
  expect(inside.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(INLINE_LIMIT_BYTES);
  for (const { sha256, bytes } of outside) expect(statSync(hub.assets.path(sha256)).size).toBe(bytes);
});

test("a station that is set up in the area while an alert stands hears it too; one that is set up later does not", async () => {
  const { id } = (await send({ targets: [{ areaId: "kim-lien" }] })).body;
  const added = { ...hub.registry.stationList[0]!, id: "kim-lien-3" };
  hub.registry.stationList.push(added);
  hub.registry.change({ kind: "station", id: added.id });
  await expect.poll(() => reached(id)).toContain("kim-lien-3");
  const three = await there("kim-lien-3");
  expect((await told(three)).alert.alertId).toBe(id);
  await hub.clock.advance(seconds(700));
  hub.registry.stationList.push({ ...added, id: "kim-lien-4" });
  hub.registry.change({ kind: "station", id: "kim-lien-4" });
  const other = (await send({ targets: [{ areaId: "kim-lien" }] })).body;
  await expect.poll(() => reached(other.id)).toContain("kim-lien-4");
  expect(await reached(id)).not.toContain("kim-lien-4");
});
