import { minutes } from "@loa/kernel/units";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LineUnderTest, station as registered } from "./line-under-test.fixture.ts";
import { TestStation } from "./test-station.fixture.ts";

let hub: LineUnderTest;
beforeEach(async () => {
  hub = await LineUnderTest.start();
});
afterEach(() => hub.end());

const enrol = (id: string, code: string) =>
  new TestStation(hub, id).enrol({ station: id, code, hub: "", ca: "" });

test("a province may enrol at once from one address; wrong codes from there are not heard for long", async () => {
  const ids = Array.from({ length: 120 }, (_, n) => `loat-tram-${n}`);
  hub.registry.stationList.push(...ids.map((id) => registered(id, "kim-lien")));
  hub.registry.change({ kind: "stations", ids });
  await hub.clock.advance(0);
  const answers: number[] = [];
  for (const { station, code } of await hub.line.line.enrolmentLabels(ids))
    answers.push(await enrol(station, code));
  expect(answers).toEqual(ids.map(() => 200));

  for (const id of ids.slice(0, 100)) expect(await enrol(id, "a".repeat(26))).toBe(403);
  const { code } = await hub.line.line.enrolmentLabel("kim-lien-1");
  expect(await enrol("kim-lien-1", code)).toBe(429);
  await hub.clock.advance(minutes(1));
  expect(await enrol("kim-lien-1", code)).toBe(200);
}, 30_000);

test("labels are made for all or none", async () => {
  const { code } = await hub.line.line.enrolmentLabel("kim-lien-1");
  await expect(hub.line.line.enrolmentLabels(["kim-lien-1", "khong-co-tram"])).rejects.toMatchObject({
    code: "STATION_UNKNOWN",
  });
  expect(await enrol("kim-lien-1", code)).toBe(200);
});
