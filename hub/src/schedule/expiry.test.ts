import { days, hours, minutes, seconds } from "@loa/kernel/units";
import type { PreviewItem } from "@loa/protocol/http/schedules";
import { afterEach, beforeEach, expect, test } from "vitest";
import { announcement, LineUnderTest } from "../link/line-under-test.fixture.ts";
import { TestStation } from "../link/test-station.fixture.ts";

let hub: LineUnderTest;
let station: TestStation | null = null;
beforeEach(async () => {
  hub = await LineUnderTest.start();
});
afterEach(async () => {
  station?.end();
  station = null;
  await hub.end();
});

const TARGET = { stationId: "kim-lien-1" };
const setAnnouncement = (change: object) => {
  const others = hub.registry.announcementList.filter(({ id }) => id !== "a-1");
  hub.registry.announcementList = [...others, { ...announcement("a-1", 60_000), ...change }];
};
const changed = () => hub.registry.change({ kind: "announcement", id: "a-1" });
const items = async (fromMs: number, toMs: number): Promise<PreviewItem[]> => {
  const at = (ms: number) => new Date(hub.clock.now() + ms).toISOString();
  const query = new URLSearchParams({ area: "nghe-an", from: at(fromMs), to: at(toMs) });
  return (await hub.ask("GET", `/schedules/preview?${query}`)).body.items;
};
const connected = async (): Promise<TestStation> => {
  station = await TestStation.connected(hub, "kim-lien-1");
  await station.born();
  await station.nextPlan();
  await station.ackPlan();
  return station;
};
/** The plan that follows from what was done, as the station takes it. */
const followed = async (at: TestStation) => {
  for (let turn = 0; turn < 4; turn++) await hub.clock.advance(50);
  const plan = await at.nextPlan();
  await at.ackPlan();
  return plan;
};
const hashes = (at: TestStation) =>
  at.plan!.segments.flatMap(({ items }) => items.map((item) => ("sha256" in item ? item.sha256[0] : "")));

test("what has expired by its first occurrence cannot be scheduled, nor previewed", async () => {
  setAnnouncement({ expiresAt: hub.clock.now() + hours(3) });
  const refused = await hub.schedule(TARGET, hours(3) - seconds(59));
  expect(refused).toMatchObject({ status: 409, body: { code: "ANNOUNCEMENT_EXPIRED" } });
  const draft = {
    title: "Bản tin",
    targets: [TARGET],
    programme: { items: [{ announcementId: "a-1" }] },
    start: new Date(hub.clock.now() + hours(4)).toISOString(),
  };
  expect((await hub.ask("POST", "/schedules/preview", draft)).body.code).toBe("ANNOUNCEMENT_EXPIRED");
  expect((await hub.schedule(TARGET, hours(3) - seconds(60))).status).toBe(201);
});

test("a repeated broadcast ends with its announcement, and the read-back says which occurrences do not sound", async () => {
  setAnnouncement({ expiresAt: hub.clock.now() + days(2) + hours(3) });
  const rrule = { rrule: "FREQ=DAILY;COUNT=5" };
  const made = (await hub.schedule(TARGET, hours(2), rrule)).body;
  expect(made.nextOccurrences).toHaveLength(3);
  const shown = await items(0, days(6));
  expect(shown.map(({ problem }) => problem?.code)).toEqual([
    undefined,
    undefined,
    undefined,
    "ANNOUNCEMENT_EXPIRED",
    "ANNOUNCEMENT_EXPIRED",
  ]);
  const draft = {
    title: "Bản tin",
    targets: [TARGET],
    programme: { items: [{ announcementId: "a-1" }] },
    start: new Date(hub.clock.now() + hours(5)).toISOString(),
    rrule: "FREQ=DAILY;COUNT=3",
  };
  const preview = (await hub.ask("POST", "/schedules/preview", draft)).body;
  const own = preview.items.filter((item: PreviewItem) => item.draft);
  expect(own.map((item: PreviewItem) => item.problem?.code)).toEqual([
    undefined,
    undefined,
    "ANNOUNCEMENT_EXPIRED",
  ]);
});

test("a station's plan follows a new end, either way", async () => {
  const at = await connected();
  await hub.schedule(TARGET, hours(2), { rrule: "FREQ=DAILY;COUNT=5" });
  expect((await followed(at)).segments).toHaveLength(5);
  setAnnouncement({ expiresAt: hub.clock.now() + days(1) + hours(3) });
  changed();
  expect((await followed(at)).segments).toHaveLength(2);
  setAnnouncement({ expiresAt: null });
  changed();
  expect((await followed(at)).segments).toHaveLength(5);
});

test("another version takes its place from the next occurrence on: what sounds goes on as it began", async () => {
  const at = await connected();
  await hub.schedule(TARGET, minutes(5), { rrule: "FREQ=HOURLY;COUNT=3" });
  await followed(at);
  expect(hashes(at)).toEqual(["1", "1", "1"]);
  await hub.clock.advance(minutes(5) + seconds(30));
  setAnnouncement({ sha256: "f".repeat(64), durationMs: 90_000 });
  changed();
  const noPlan = async () => (await at.inbox()).every(({ topic }) => !topic.endsWith("/plan"));
  for (const wait of [5, 30]) {
    await hub.clock.advance(seconds(wait));
    expect(await noPlan()).toBe(true);
  }
  await hub.clock.advance(seconds(30));
  await followed(at);
  expect(hashes(at)).toEqual(["f", "f"]);
  expect(at.plan!.segments.map(({ durationMs }) => durationMs)).toEqual([90_000, 90_000]);
});

test("what is archived while it sounds is silenced, and stays away until it is restored", async () => {
  const at = await connected();
  await hub.schedule(TARGET, minutes(5), { rrule: "FREQ=HOURLY;COUNT=3" });
  await followed(at);
  await hub.clock.advance(minutes(5) + seconds(30));
  setAnnouncement({ state: "archived" });
  changed();
  expect((await followed(at)).segments).toEqual([]);
  setAnnouncement({ state: "approved" });
  changed();
  expect((await followed(at)).segments.length).toBeGreaterThanOrEqual(2);
});
