import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NEVER_SEEN } from "../../core/station-view.ts";
import { type Ask, type DeskUnderTest, deskUnderTest } from "../../testing/desk-under-test.ts";

let under: DeskUnderTest;
let admin: Ask;
let staff: Ask;
let technician: Ask;
const labelled: string[][] = [];
beforeAll(async () => {
  under = await deskUnderTest({}, () => ({
    line: {
      glance: () => NEVER_SEEN,
      live: async () => NEVER_SEEN,
      enrolmentLabel: async (station) => labelOf(station),
      enrolmentLabels: async (stations) => {
        labelled.push([...stations]);
        return stations.map(labelOf);
      },
    },
    routes: [],
    start: async () => ({}),
    stop: async () => {},
    ready: () => true,
  }));
  [admin, staff, technician] = [await under.as("admin"), await under.as("xa"), await under.as("kythuat")];
});
afterAll(() => under.close());

const labelOf = (station: string) => ({
  ...{ station, hub: "https://hub", code: "c".repeat(26), ca: "0".repeat(64) },
});
const zones = [{ id: "z1", name: "Hướng chợ", horns: 4 }];
const station = (id: string, areaId = "dien-hong") => ({ id, name: `Cụm ${id}`, areaId, zones });
const audited = async (action: string) =>
  (
    await under.desk.database.selectFrom("audit").select("subject").where("action", "=", action).execute()
  ).map(({ subject }) => subject);

describe("registering many stations", () => {
  test("answers for each, keeps what can be kept, and puts each on the audit", async () => {
    const twice = { ...station("loat-tram-03"), zones: [...zones, ...zones] };
    const stations = [station("loat-tram-01"), station("vinh-tan-01"), twice, station("loat-tram-01")];
    const answer = await admin("POST", "/stations/bulk", {
      stations: [...stations, station("loat-tram-02")],
    });
    expect(answer.json().items).toEqual([
      { id: "loat-tram-01", state: "registered" },
      { id: "vinh-tan-01", state: "refused", code: "CONFLICT" },
      { id: "loat-tram-03", state: "refused", code: "BAD_REQUEST" },
      { id: "loat-tram-01", state: "refused", code: "CONFLICT" },
      { id: "loat-tram-02", state: "registered" },
    ]);
    expect((await admin("GET", "/stations/loat-tram-02")).json().areaId).toBe("dien-hong");
    expect(await audited("station.register")).toEqual(["loat-tram-01", "loat-tram-02"]);
  });

  test("keeps none when one lies in an area that is not the person's, or does not exist", async () => {
    const stations = [station("loat-tram-11"), station("loat-tram-12", "khong-co")];
    expect((await admin("POST", "/stations/bulk", { stations })).json().code).toBe("NOT_FOUND");
    expect((await staff("POST", "/stations/bulk", { stations })).json().code).toBe("NOT_FOUND");
    expect((await technician("POST", "/stations/bulk", { stations })).json().code).toBe("FORBIDDEN");
    expect((await admin("GET", "/stations/loat-tram-11")).statusCode).toBe(404);
  });

  test("takes 500 at once and no more, and they are there after a restart", async () => {
    const many = Array.from({ length: 501 }, (_, n) => station(`loat-lon-${String(n).padStart(3, "0")}`));
    expect((await admin("POST", "/stations/bulk", { stations: many })).json().code).toBe("BAD_REQUEST");
    const answer = await admin("POST", "/stations/bulk", { stations: many.slice(1) });
    expect(answer.json().items.every(({ state }: { state: string }) => state === "registered")).toBe(true);
    expect((await admin("GET", "/audit/verify")).json().intact).toBe(true);
    under = await under.restart();
    admin = await under.as("admin");
    technician = await under.as("kythuat");
    staff = await under.as("xa");
    expect((await admin("GET", "/stations/loat-lon-500")).statusCode).toBe(200);
  });
});

describe("labels of many stations", () => {
  test("come in the order asked for, for technicians too, and are audited", async () => {
    const stations = ["loat-tram-02", "loat-tram-01"];
    const answer = await technician("POST", "/stations/enrolments", { stations });
    expect(answer.statusCode).toBe(201);
    expect(answer.json().items.map((label: { station: string }) => label.station)).toEqual(stations);
    expect(await audited("station.enrolment")).toEqual(stations);
  });

  test("are made for all or none, and for nobody who may not", async () => {
    const before = labelled.length;
    const stations = ["loat-tram-01", "khong-co-tram"];
    expect((await admin("POST", "/stations/enrolments", { stations })).json().code).toBe("NOT_FOUND");
    const own = { stations: ["vinh-tan-01"] };
    expect((await staff("POST", "/stations/enrolments", own)).json().code).toBe("FORBIDDEN");
    expect(labelled.length).toBe(before);
  });
});
