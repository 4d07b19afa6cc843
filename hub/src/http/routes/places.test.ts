import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NEVER_SEEN } from "../../core/station-view.ts";
import { type ScheduleRecord, schedules } from "../../store/repositories/line-schedules.ts";
import { lineDatabase } from "../../store/repositories/line-tables.ts";
import { type Ask, type DeskUnderTest, deskUnderTest } from "../../testing/desk-under-test.ts";

const labelOf = (station: string) => ({
  ...{ station, hub: "https://hub", code: "c".repeat(26), ca: "0".repeat(64) },
});

let under: DeskUnderTest;
let admin: Ask;
let staff: Ask;
const told: { kind: string; [key: string]: unknown }[] = [];

beforeAll(async () => {
  under = await deskUnderTest({}, () => ({
    line: {
      glance: () => NEVER_SEEN,
      live: async () => NEVER_SEEN,
      enrolmentLabel: async (station) => labelOf(station),
      enrolmentLabels: async (stations) => stations.map(labelOf),
    },
    routes: [],
    start: async () => ({}),
    stop: async () => {},
    ready: () => true,
  }));
  [admin, staff] = [await under.as("admin"), await under.as("xa")];
  const { events } = under.desk;
  const publish = events.publish.bind(events);
  events.publish = (event, areaIds) => {
    const areas = [...areaIds];
    told.push({ ...event, areas });
    publish(event, areas);
  };
});
afterAll(() => under.close());

const code = async (answer: Promise<{ json(): { code: string } }>) => (await answer).json().code;
const kinds = async (path: string) =>
  (await admin("GET", `${path}/history`)).json().items.map(({ kind }: { kind: string }) => kind);
const actions = async () =>
  (await admin("GET", "/audit?limit=5")).json().items.map(({ action }: { action: string }) => action);
const parentOf = async (id: string) => (await admin("GET", `/areas/${id}`)).json().parentId;

describe("an area", () => {
  test("that is made, renamed and moved has a history that names who did it", async () => {
    const above = await parentOf("kim-lien");
    await admin("POST", "/areas", { id: "cum-moi", name: "Cụm mới", parentId: above });
    await admin("PATCH", "/areas/cum-moi", { name: "Cụm Bắc" });
    const moved = await admin("PATCH", "/areas/cum-moi", { parentId: "nghe-an" });
    expect(moved.json().path).toEqual(["nghe-an", "cum-moi"]);
    const { items } = (await admin("GET", "/areas/cum-moi/history")).json();
    expect(items).toMatchObject([
      { kind: "moved", to: "Tỉnh Nghệ An", by: { id: "user-admin" } },
      { kind: "renamed", from: "Cụm mới", to: "Cụm Bắc" },
      { kind: "created", to: "Cụm mới" },
    ]);
    expect(told.findLast(({ kind }) => kind === "area")).toMatchObject({ area: { id: "cum-moi" } });
    expect(told.findLast(({ kind }) => kind === "reset")?.areas).toContain(above);
  });

  test("is not moved below itself, out of the admin's sight, or by somebody who is no admin", async () => {
    const above = await parentOf("vinh-tan");
    await admin("POST", "/areas", { id: "xom-1", name: "Xóm 1", parentId: "vinh-tan" });
    expect(await code(admin("PATCH", "/areas/vinh-tan", { parentId: "xom-1" }))).toBe("AREA_CYCLE");
    expect(await code(admin("PATCH", "/areas/vinh-tan", { parentId: "vinh-tan" }))).toBe("AREA_CYCLE");
    expect(await code(staff("PATCH", "/areas/xom-1", { parentId: "vinh-tan" }))).toBe("FORBIDDEN");
    await admin("PATCH", "/users/user-xa", { role: "admin" });
    const commune = await under.as("xa");
    expect(await code(commune("PATCH", "/areas/xom-1", { parentId: above }))).toBe("NOT_FOUND");
    expect(await code(commune("POST", "/areas/vinh-tan/merge", { into: above }))).toBe("NOT_FOUND");
    expect(await code(commune("POST", "/areas/xom-1/merge", { into: "kim-lien" }))).toBe("NOT_FOUND");
    await admin("PATCH", "/users/user-xa", { role: "staff" });
    staff = await under.as("xa");
  });

  test("that is empty is removed, is told, and its id stays gone; one that holds something stays", async () => {
    expect((await admin("DELETE", "/areas/cum-moi")).statusCode).toBe(204);
    expect(told.at(-1)).toEqual({ kind: "gone", areaId: "cum-moi", areas: ["nghe-an"] });
    expect(await code(admin("GET", "/areas/cum-moi"))).toBe("NOT_FOUND");
    expect((await kinds("/areas/cum-moi"))[0]).toBe("removed");
    const again = { id: "cum-moi", name: "Cụm", parentId: "nghe-an" };
    expect(await code(admin("POST", "/areas", again))).toBe("CONFLICT");
    for (const held of ["vinh-tan", "kim-lien", "nghe-an"])
      expect(await code(admin("DELETE", `/areas/${held}`))).toBe("CONFLICT");
    expect((await actions())[0]).toBe("area.remove");
  });

  test("goes up in another with all it holds, in one step that is on record once", async () => {
    const { database } = under.desk;
    const schedule: ScheduleRecord = {
      ...{ id: "s-1", title: "Bản tin sáng", announcements: [], priority: "scheduled", onPreempt: null },
      targets: [{ areaId: "dien-hong" }, { areaId: "kim-lien" }, { stationId: "dien-hong-01" }],
      recurrence: { start: 0, rrule: null, exceptions: [], timeZone: "Asia/Ho_Chi_Minh" },
      ...{ chime: false, lateWithinMs: null, createdBy: { id: "u", name: "u" }, createdAt: 0, updatedAt: 0 },
    };
    await schedules.save(lineDatabase(database), schedule);
    await admin("PATCH", "/users/user-xa2", { areaId: "dien-hong" });
    const own = await under.as("xa2");
    const before = (await own("GET", "/stations")).json().items.length;
    await admin("DELETE", "/stations/dien-hong-02");
    const merged = await admin("POST", "/areas/dien-hong/merge", { into: "kim-lien", name: "Xã Hồng Liên" });
    expect(merged.json()).toMatchObject({ id: "kim-lien", name: "Xã Hồng Liên" });
    expect(before).toBeGreaterThan(1);
    expect((await own("GET", "/me")).json().user.areaId).toBe("kim-lien");
    const seen = (await own("GET", "/stations")).json().items;
    expect(seen.length).toBe(merged.json().stations);
    expect(seen).toContainEqual(expect.objectContaining({ id: "dien-hong-01", areaId: "kim-lien" }));
    const retired = (await own("GET", "/stations?retired=true")).json().items;
    expect(retired).toMatchObject([{ id: "dien-hong-02", areaId: "kim-lien" }]);
    const [stored] = await schedules.all(lineDatabase(database));
    expect(stored?.targets).toEqual([{ areaId: "kim-lien" }, { stationId: "dien-hong-01" }]);
    expect((await kinds("/stations/dien-hong-01"))[0]).toBe("moved");
    expect(await kinds("/areas/kim-lien")).toEqual(["renamed", "absorbed"]);
    expect((await actions())[0]).toBe("area.merge");
    expect((await admin("GET", "/audit/verify")).json().intact).toBe(true);
  });
});

describe("a station", () => {
  const zones = [
    { id: "z1", name: "Hướng chợ", horns: 4 },
    { id: "z2", name: "Hướng đình", horns: 3 },
  ];

  test("keeps its id for life: taken out of service it is shown only to who asks for those, and comes back by a new label", async () => {
    await admin("POST", "/stations", { id: "tram-thu-1", name: "Cụm", areaId: "vinh-tan", zones });
    expect((await staff("DELETE", "/stations/tram-thu-1")).json().code).toBe("FORBIDDEN");
    expect((await admin("DELETE", "/stations/tram-thu-1")).statusCode).toBe(204);
    expect(told.at(-1)).toEqual({ kind: "gone", stationId: "tram-thu-1", areas: ["vinh-tan"] });
    const ids = async (path: string) =>
      (await admin("GET", path)).json().items.map(({ id }: { id: string }) => id);
    expect(await ids("/stations")).not.toContain("tram-thu-1");
    expect(await ids("/stations?retired=true&area=vinh-tan")).toEqual(["tram-thu-1"]);
    expect((await admin("GET", "/stations/tram-thu-1")).json().retiredAt).toBe(under.clock.now());
    expect(await code(admin("PATCH", "/stations/tram-thu-1", { name: "Khác" }))).toBe("NOT_FOUND");
    const again = { id: "tram-thu-1", name: "Cụm", areaId: "kim-lien", zones };
    expect(await code(admin("POST", "/stations", again))).toBe("CONFLICT");
    const technician = await under.as("kythuat");
    expect(await code(technician("POST", "/stations/tram-thu-1/enrolment"))).toBe("FORBIDDEN");
    expect((await admin("POST", "/stations/tram-thu-1/enrolment")).statusCode).toBe(201);
    expect(await ids("/stations")).toContain("tram-thu-1");
    expect(await kinds("/stations/tram-thu-1")).toEqual(["restored", "retired", "registered"]);
  });

  test("keeps a zone while a schedule sounds on it, and the answer says which", async () => {
    const target = { stationId: "tram-thu-1", zones: ["z2"] };
    const db = lineDatabase(under.desk.database);
    const [other] = await schedules.all(db);
    await schedules.save(db, { ...other!, id: "s-2", title: "Tin chợ", targets: [target] });
    const refused = await admin("PATCH", "/stations/tram-thu-1", { zones: zones.slice(0, 1) });
    expect(refused.json()).toMatchObject({
      status: 409,
      code: "CONFLICT",
      problems: [{ path: "/zones", message: expect.stringMatching(/z2.*Tin chợ.*s-2/) }],
    });
    await schedules.save(db, {
      ...other!,
      id: "s-2",
      title: "Tin chợ",
      targets: [{ stationId: "tram-thu-1" }],
    });
    const changed = await admin("PATCH", "/stations/tram-thu-1", { zones: zones.slice(0, 1) });
    expect(changed.json().zones.map(({ id }: { id: string }) => id)).toEqual(["z1"]);
    expect(await code(admin("PATCH", "/stations/tram-thu-1", { zones: [zones[0], zones[0]] }))).toBe(
      "BAD_REQUEST",
    );
    expect(await code(admin("PATCH", "/stations/tram-thu-1", { lat: 91 }))).toBe("BAD_REQUEST");
    expect((await admin("PATCH", "/stations/tram-thu-1", { lat: 18.5, lon: 105.5 })).json()).toMatchObject({
      ...{ lat: 18.5, lon: 105.5 },
    });
    const technician = await under.as("kythuat");
    expect(await code(technician("PATCH", "/stations/tram-thu-1", { lat: 18.6 }))).toBe("FORBIDDEN");
  });

  test("that moves is gone for those who see only where it was", async () => {
    told.length = 0;
    await admin("PATCH", "/stations/tram-thu-1", { areaId: "kim-lien" });
    expect(told).toMatchObject([
      { kind: "gone", stationId: "tram-thu-1", areas: ["vinh-tan"] },
      { kind: "station", station: { areaId: "kim-lien" }, areas: ["kim-lien"] },
    ]);
    const { items } = (await admin("GET", "/stations/tram-thu-1/history")).json();
    expect(items[0]).toMatchObject({ kind: "moved", from: "Phường Vinh Tân", to: "Xã Hồng Liên" });
    expect(await code(staff("GET", "/stations/tram-thu-1/history"))).toBe("NOT_FOUND");
  });

  test("and what became of it is still known after a restart", async () => {
    under = await under.restart();
    admin = await under.as("admin");
    expect((await kinds("/stations/tram-thu-1"))[0]).toBe("moved");
    expect((await admin("GET", "/stations?retired=true")).json().items).toMatchObject([
      { id: "dien-hong-02" },
    ]);
    expect(await code(admin("GET", "/areas/dien-hong"))).toBe("NOT_FOUND");
  });
});
