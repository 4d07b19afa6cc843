import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NEVER_SEEN } from "../core/station-view.ts";
import { type Ask, type DeskUnderTest, deskUnderTest } from "../testing/desk-under-test.ts";

const labelOf = (station: string) => ({
  ...{ station, hub: "https://hub", code: "c".repeat(26), ca: "0".repeat(64) },
});

let under: DeskUnderTest;
let admin: Ask;
let staff: Ask;
let technician: Ask;
beforeAll(async () => {
  under = await deskUnderTest({}, () => ({
    line: {
      glance: (id) => ({ ...NEVER_SEEN, status: id === "vinh-tan-02" ? "online" : "registered" }),
      live: async () => NEVER_SEEN,
      enrolmentLabel: async (station) => labelOf(station),
      enrolmentLabels: async (stations) => stations.map(labelOf),
    },
    routes: [],
    start: async () => ({}),
    stop: async () => {},
    ready: () => true,
  }));
  [admin, staff, technician] = [await under.as("admin"), await under.as("xa"), await under.as("kythuat")];
});
afterAll(() => under.close());

const ids = (answer: { json(): { items: { id: string }[] } }) => answer.json().items.map(({ id }) => id);

describe("areas", () => {
  test("are listed within the user's scope, parents first, with their stations", async () => {
    const { items } = (await admin("GET", "/areas")).json();
    expect(items[0]).toMatchObject({ id: "nghe-an", parentId: null, path: ["nghe-an"], stations: 8 });
    expect(items.length).toBe(7);
    expect(ids(await staff("GET", "/areas"))).toEqual(["vinh-tan"]);
  });

  test("are added and changed by admins only", async () => {
    const area = { id: "nghi-loc", name: "Xã Nghi Lộc", parentId: "nghe-an" };
    expect((await staff("POST", "/areas", area)).json().code).toBe("NOT_FOUND");
    expect((await admin("POST", "/areas", area)).statusCode).toBe(201);
    expect((await admin("POST", "/areas", area)).json().code).toBe("CONFLICT");
    expect((await admin("PATCH", "/areas/nghi-loc", { name: "Xã Nghi Lâm" })).json().name).toBe(
      "Xã Nghi Lâm",
    );
    expect((await admin("POST", "/areas", { ...area, id: "x1", timeZone: "Asia/Vinh" })).json().code).toBe(
      "TIME_ZONE_INVALID",
    );
    expect((await admin("POST", "/areas", { ...area, id: "x2", parentId: "gone" })).json().code).toBe(
      "NOT_FOUND",
    );
  });
});

describe("stations", () => {
  test("are paged by cursor, each once", async () => {
    const seen: string[] = [];
    let path = "/stations?limit=3";
    for (;;) {
      const page = (await admin("GET", path)).json();
      seen.push(...page.items.map(({ id }: { id: string }) => id));
      if (page.next === null) break;
      path = `/stations?limit=3&cursor=${page.next}`;
    }
    expect(seen.length).toBe(8);
    expect(seen).toEqual([...new Set(seen)].sort());
  });

  test("are filtered by area, status and fault", async () => {
    expect(ids(await admin("GET", "/stations?area=kim-lien"))).toEqual(["kim-lien-01", "kim-lien-02"]);
    expect(ids(await admin("GET", "/stations?status=online"))).toEqual(["vinh-tan-02"]);
    expect(ids(await admin("GET", "/stations?fault=LINE_OPEN"))).toEqual([]);
    expect((await staff("GET", "/stations?area=kim-lien")).json().code).toBe("NOT_FOUND");
    expect((await admin("GET", "/stations?cursor=***")).json().code).toBe("BAD_REQUEST");
  });

  test("of other communes are not found", async () => {
    expect(ids(await staff("GET", "/stations"))).toEqual(["vinh-tan-01", "vinh-tan-02", "vinh-tan-03"]);
    expect((await staff("GET", "/stations/kim-lien-01")).json().code).toBe("NOT_FOUND");
  });

  test("are taken into maintenance by technicians, and moved by admins only", async () => {
    expect((await technician("PATCH", "/stations/kim-lien-01", { maintenance: true })).json().status).toBe(
      "maintenance",
    );
    expect((await technician("PATCH", "/stations/kim-lien-01", { areaId: "vinh-tan" })).json().code).toBe(
      "FORBIDDEN",
    );
    expect((await admin("PATCH", "/stations/kim-lien-01", { areaId: "dien-hong" })).json().areaId).toBe(
      "dien-hong",
    );
    expect((await admin("PATCH", "/stations/kim-lien-01", { areaId: "kim-lien" })).json().areaId).toBe(
      "kim-lien",
    );
  });

  test("are registered once, with zones that differ", async () => {
    const zones = [{ id: "z1", name: "Hướng chợ", horns: 4 }];
    const station = { id: "dien-hong-90", name: "Cụm mới", areaId: "dien-hong", zones };
    expect((await staff("POST", "/stations", station)).json().code).toBe("NOT_FOUND");
    expect((await admin("POST", "/stations", station)).statusCode).toBe(201);
    expect((await admin("POST", "/stations", station)).json().code).toBe("CONFLICT");
    const twice = { ...station, id: "dien-hong-91", zones: [...zones, ...zones] };
    expect((await admin("POST", "/stations", twice)).json().code).toBe("BAD_REQUEST");
  });

  test("get a label from the line, which no repeated key can show again", async () => {
    expect((await staff("POST", "/stations/vinh-tan-01/enrolment")).json().code).toBe("FORBIDDEN");
    const answer = await admin("POST", "/stations/vinh-tan-01/enrolment", undefined, {
      "idempotency-key": "label",
    });
    expect(answer.json().station).toBe("vinh-tan-01");
    const kept = await under.desk.database
      .selectFrom("idempotency")
      .selectAll()
      .where("key", "=", "label")
      .execute();
    expect(kept).toEqual([]);
  });
});

describe("accounts", () => {
  const account = {
    username: "moi",
    name: "Cán bộ mới",
    role: "staff",
    areaId: "kim-lien",
    password: "mat-khau-moi",
  };
  const logIn = (password: string) =>
    under.server.inject({ method: "POST", url: "/api/v1/session", payload: { username: "moi", password } });

  test("are made by admins; a new password or a lock ends their sessions", async () => {
    expect((await staff("POST", "/users", account)).json().code).toBe("NOT_FOUND");
    expect((await technician("GET", "/users")).json().code).toBe("FORBIDDEN");
    const made = await admin("POST", "/users", account);
    expect([made.statusCode, made.json().password]).toEqual([201, undefined]);
    const { id } = made.json();
    expect((await admin("POST", "/users", account)).json().code).toBe("CONFLICT");
    expect((await logIn(account.password)).statusCode).toBe(200);
    await admin("PATCH", `/users/${id}`, { password: "khac-hoan-toan" });
    expect(
      await under.desk.database.selectFrom("sessions").selectAll().where("userId", "=", id).execute(),
    ).toEqual([]);
    expect((await logIn(account.password)).statusCode).toBe(401);
    expect((await logIn("khac-hoan-toan")).statusCode).toBe(200);
    expect((await admin("PATCH", `/users/${id}`, { disabled: true })).json().disabled).toBe(true);
    expect((await logIn("khac-hoan-toan")).statusCode).toBe(401);
    expect(ids(await admin("GET", "/users"))).toContain(id);
  });

  test("of admins are not taken from themselves", async () => {
    expect((await admin("PATCH", "/users/user-admin", { role: "staff" })).json().code).toBe("CONFLICT");
    expect((await admin("PATCH", "/users/user-admin", { disabled: true })).json().code).toBe("CONFLICT");
  });
});

describe("Idempotency-Key", () => {
  const station = (id: string) => ({
    id,
    name: "Cụm",
    areaId: "dien-hong",
    zones: [{ id: "z1", name: "", horns: 1 }],
  });
  const key = { "idempotency-key": "k-1" };

  test("gives the same answer to the same request, and refuses another", async () => {
    const first = await admin("POST", "/stations", station("dien-hong-70"), key);
    const again = await admin("POST", "/stations", station("dien-hong-70"), key);
    expect([again.statusCode, again.body]).toEqual([201, first.body]);
    expect(again.headers["idempotency-replayed"]).toBe("true");
    expect((await admin("POST", "/stations", station("dien-hong-71"), key)).json().code).toBe("CONFLICT");
  });

  test("repeats refusals as problems", async () => {
    const bad = { "idempotency-key": "k-2" };
    await admin("POST", "/stations", station("dien-hong-70"), bad);
    const again = await admin("POST", "/stations", station("dien-hong-70"), bad);
    expect([again.statusCode, again.json().code]).toEqual([409, "CONFLICT"]);
    expect(again.headers["content-type"]).toMatch(/problem/);
  });

  test("of one user is not that of another, and is free again after a day", async () => {
    const name = { name: "Cụm Chợ Quán Lau" };
    expect((await technician("PATCH", "/stations/vinh-tan-01", name, key)).json().code).toBe("FORBIDDEN");
    await under.clock.advance(25 * 3_600_000);
    const later = await under.as("admin");
    expect((await later("POST", "/stations", station("dien-hong-72"), key)).statusCode).toBe(201);
  });
});

describe("the audit", () => {
  test("records who did what, newest first, for admins of the whole tree", async () => {
    const root = await under.as("admin");
    await root("PATCH", "/stations/vinh-tan-03", { maintenance: true });
    const { items } = (await root("GET", "/audit?limit=5")).json();
    expect(items[0]).toMatchObject({
      actor: "user-admin",
      action: "station.change",
      subject: "vinh-tan-03",
      detail: { maintenance: true },
    });
    expect((await root("GET", "/audit/verify")).json()).toMatchObject({
      intact: true,
      entries: items[0].sequence,
    });
  });

  test("is not for commune staff", async () => {
    expect((await (await under.as("xa"))("GET", "/audit")).json().code).toBe("FORBIDDEN");
  });

  test("cannot be changed, and shows where somebody did so all the same", async () => {
    const { database } = under.desk;
    await expect(sql`UPDATE audit SET actor = 'nobody' WHERE sequence = 2`.execute(database)).rejects.toThrow(
      /append-only/,
    );
    await expect(sql`DELETE FROM audit WHERE sequence = 2`.execute(database)).rejects.toThrow(/append-only/);
    await sql`DROP TRIGGER audit_keeps`.execute(database);
    await sql`UPDATE audit SET actor = 'nobody' WHERE sequence = 2`.execute(database);
    const root = await under.as("admin");
    expect((await root("GET", "/audit/verify")).json()).toEqual({ intact: false, entries: 1, brokenAt: 2 });
  });
});

test("metrics count requests by route; readiness is the line's", async () => {
  expect((await under.server.inject("/metrics")).body).toMatch(
    /loa_http_request_seconds_count\{route="\/api\/v1\/stations"/,
  );
  expect((await under.server.inject("/readyz")).statusCode).toBe(200);
});
