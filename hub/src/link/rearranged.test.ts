import { minutes, seconds } from "@loa/kernel/units";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LineUnderTest } from "./line-under-test.fixture.ts";
import { TestStation } from "./test-station.fixture.ts";

let hub: LineUnderTest;
let stations: TestStation[] = [];
beforeEach(async () => {
  hub = await LineUnderTest.start();
});
afterEach(async () => {
  for (const station of stations) station.end();
  stations = [];
  await hub.end();
});

async function settled(id: string): Promise<TestStation> {
  const station = await TestStation.connected(hub, id);
  stations.push(station);
  await station.born();
  await station.nextPlan();
  await station.ackPlan();
  await station.asksTime();
  return station;
}

const closed = (station: TestStation) =>
  new Promise<void>((resolve) => station.client.once("close", () => resolve()));

/** The registry as it is after `kim-lien` went up in `nam-giang`. */
function merge(): void {
  const { registry } = hub;
  registry.areaList = registry.areaList.filter(({ id }) => id !== "kim-lien");
  registry.stationList = registry.stationList.map((one) => ({ ...one, areaId: "nam-giang" }));
  registry.change({ kind: "merge", id: "kim-lien", into: "nam-giang" });
}

describe("a station whose area goes up in another", () => {
  test("keeps what was scheduled for its area, learns its new place, and never hears a plan without it", async () => {
    const station = await settled("kim-lien-1");
    const made = await hub.schedule({ areaId: "kim-lien" }, minutes(10));
    await hub.clock.advance(50);
    expect((await station.nextPlan()).segments).toHaveLength(1);
    await station.ackPlan();
    const revision = station.plan!.revision;
    const gone = closed(station);
    merge();
    await expect.poll(() => hub.clock.advance(50).then(() => station.client.connected)).toBe(false);
    await gone;
    station.enrolled = { ...station.enrolled, areaPath: ["nghe-an", "nam-dan", "nam-giang"] };
    await station.connect();
    await station.born();
    const { command } = await station.nextCommand("area");
    expect(command).toMatchObject({ areaPath: ["nghe-an", "nam-dan", "nam-giang"], areaRevision: 2 });
    const plan = await station.nextPlan();
    expect(plan).toMatchObject({ areaRevision: 2, areaPath: ["nghe-an", "nam-dan", "nam-giang"] });
    expect(plan.revision).toBe(revision + 1);
    expect(plan.segments.map(({ broadcastId }) => broadcastId.includes(made.body.id))).toEqual([true]);
    const { body } = await hub.ask("GET", `/schedules/${made.body.id}`);
    expect(body).toMatchObject({ targets: [{ areaId: "nam-giang" }], stations: 3 });
  });

  test("still has it after a restart of the hub, and the schedule can be edited in its new area", async () => {
    const made = await hub.schedule({ areaId: "kim-lien" }, minutes(10));
    merge();
    await hub.clock.advance(50);
    await expect
      .poll(async () => (await hub.ask("GET", `/schedules/${made.body.id}`)).body.targets)
      .toEqual([{ areaId: "nam-giang" }]);
    await hub.restart();
    const edited = await hub.ask("PATCH", `/schedules/${made.body.id}`, { title: "Bản tin xã mới" });
    expect(edited).toMatchObject({ status: 200, body: { targets: [{ areaId: "nam-giang" }], stations: 3 } });
  });
});

describe("a station that is taken out of service", () => {
  const [id, record] = ["kim-lien-1", () => hub.registry.stationList.find((one) => one.id === "kim-lien-1")!];
  const retire = async () => {
    hub.registry.stationList = hub.registry.stationList.filter((one) => one.id !== id);
    hub.registry.change({ kind: "station", id });
    await expect.poll(() => hub.line.line.glance(id).enrolment.state).toBe("none");
  };

  test("is cut off; its certificate opens nothing any more, not even once the station is back; a new label's does", async () => {
    const station = await settled(id);
    expect(hub.line.line.glance(id).enrolment).toEqual({ state: "used" });
    const [gone, kept] = [closed(station), record()];
    await retire();
    await gone;
    await expect(station.connect()).rejects.toThrow();
    expect((await station.https("GET", `/assets/${"a".repeat(64)}`)).status).toBe(401);
    await expect(hub.line.line.enrolmentLabel(id)).rejects.toMatchObject({ code: "STATION_UNKNOWN" });
    hub.registry.stationList = [...hub.registry.stationList, kept];
    hub.registry.change({ kind: "station", id });
    await hub.clock.advance(50);
    await expect(station.connect()).rejects.toThrow();
    const label = await hub.line.line.enrolmentLabel(id);
    const { enrolment } = hub.line.line.glance(id);
    expect(enrolment).toEqual({ state: "open", expiresAt: hub.clock.now() + 24 * minutes(60) });
    await hub.clock.advance(seconds(1));
    expect(await station.enrol(label)).toBe(200);
    await station.connect();
    await station.born({ plan: null });
    expect((await station.nextPlan()).areaPath.at(-1)).toBe("kim-lien");
    const turns = await hub.database.selectFrom("history").selectAll().where("thingId", "=", id).execute();
    expect(turns.map(({ kind }) => kind)).toEqual(["enrolled", "enrolled"]);
  });

  test("stays cut off when the hub ended before it could see to that", async () => {
    const station = await settled(id);
    await hub.restart(async () => {
      hub.registry.stationList = hub.registry.stationList.filter((one) => one.id !== id);
    });
    expect(hub.line.line.glance(id).enrolment.state).toBe("none");
    await expect(station.connect()).rejects.toThrow();
  });
});
