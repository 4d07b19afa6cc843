import { days, hours, minutes } from "@loa/kernel/units";
import type { Area } from "@loa/protocol/http/areas";
import { type TimeEnvelope, WEEKDAYS, type Window } from "@loa/protocol/time-envelope";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DEFAULT_ENVELOPE } from "../../core/envelope.ts";
import { type Ask, type DeskUnderTest, deskUnderTest } from "../../testing/desk-under-test.ts";

const open = (from: string, until: string): TimeEnvelope => ({
  ...DEFAULT_ENVELOPE,
  windows: Object.fromEntries(WEEKDAYS.map((day) => [day, [[from, until]] as Window[]])),
});
const EARLY = open("04:30", "22:00");
const SHORT = open("06:00", "20:00");
const AREA = "/areas/vinh-tan";

let under: DeskUnderTest;
let admin: Ask;
let second: Ask;
let told: unknown[];
let replanned: string[];

/** Watches what dashboards and plans are told. */
async function enter(desk: DeskUnderTest): Promise<void> {
  under = desk;
  [admin, second] = [await under.as("admin"), await under.as("admin2")];
  const { events, registry } = under.desk;
  const publish = events.publish.bind(events);
  [told, replanned] = [[], []];
  events.publish = (event, areaIds) => {
    told.push(event);
    publish(event, areaIds);
  };
  registry.onChange((change) => {
    if (change.kind === "area") replanned.push(change.id);
  });
}

beforeEach(async () => enter(await deskUnderTest()));
afterEach(() => under.close());

/** Lets time go by; whoever was logged in logs in again. */
async function pass(ms: number): Promise<void> {
  await under.clock.advance(ms);
  [admin, second] = [await under.as("admin"), await under.as("admin2")];
}

async function area(path = AREA): Promise<Area> {
  const answer = await admin("GET", path);
  expect(answer.statusCode).toBe(200);
  return answer.json();
}
const code = async (answer: Promise<{ json(): { code: string } }>) => (await answer).json().code;
const propose = (envelope: TimeEnvelope | null = EARLY, path = AREA) => admin("PATCH", path, { envelope });
const confirm = (ask = second, path = AREA) => ask("POST", `${path}/envelope/confirm`);
const withdraw = (ask = admin, path = AREA) => ask("DELETE", `${path}/envelope/proposal`);
/** Newest first, logins left out. */
const trail = async (): Promise<[action: string, actor: string][]> => {
  const { items } = (await admin("GET", "/audit?limit=50")).json();
  const about = items.filter(({ action }: { action: string }) => action.startsWith("area."));
  return about.map(({ action, actor }: { action: string; actor: string }) => [action, actor]);
};
const settled = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 5 });

describe("wider hours", () => {
  test("hold 24 h after a second admin confirmed them, not a moment earlier, and every step is on record", async () => {
    const start = under.clock.now();
    const proposed = await propose();
    expect(proposed.statusCode).toBe(200);
    const by = { id: "user-admin", name: "Quản trị hệ thống" };
    const pending = { envelope: EARLY, proposedBy: by, proposedAt: start };
    expect(proposed.json()).toMatchObject({ envelope: null, pendingEnvelope: pending });
    expect(proposed.json().pendingEnvelope).not.toHaveProperty("effectiveAt");
    expect(await code(confirm(admin))).toBe("SAME_PERSON");

    await pass(hours(30));
    expect((await area()).envelope).toBeNull();
    const effectiveAt = start + hours(54);
    const confirmed = (await confirm()).json();
    expect(confirmed.pendingEnvelope).toMatchObject({
      ...pending,
      confirmedBy: { id: "user-admin2" },
      effectiveAt,
    });
    expect(await code(confirm())).toBe("CONFLICT");
    expect(replanned).toEqual([]);

    await pass(hours(24) - 1);
    expect(await area()).toMatchObject({ envelope: null, pendingEnvelope: { effectiveAt } });
    await pass(1);
    await settled(async () => expect((await area()).envelope).toEqual(EARLY));
    expect(await area()).not.toHaveProperty("pendingEnvelope");
    expect(replanned).toEqual(["vinh-tan"]);
    await settled(async () =>
      expect(told.at(-1)).toMatchObject({ kind: "area", area: { id: "vinh-tan", envelope: EARLY } }),
    );
    expect(await trail()).toEqual([
      ["area.envelope-effective", "hub"],
      ["area.envelope-confirm", "user-admin2"],
      ["area.envelope-propose", "user-admin"],
    ]);
    expect((await admin("GET", "/audit/verify")).json().intact).toBe(true);
  });

  test("are told to dashboards when they are proposed, confirmed and withdrawn", async () => {
    const last = () => (told.at(-1) as { area: Area }).area.pendingEnvelope;
    await propose();
    expect(last()).toMatchObject({ envelope: EARLY });
    await confirm();
    expect(last()).toMatchObject({ confirmedBy: { id: "user-admin2" } });
    await withdraw();
    expect(last()).toBeUndefined();
  });

  test.each([
    ["more minutes a day", { ...SHORT, maxMinutesPerDay: 181 }],
    ["more gain", { ...SHORT, maxGainDb: 1 }],
    ["one minute on one day", { ...SHORT, windows: { sun: [["04:59", "06:00"] as Window] } }],
  ])("wait as a whole, though the rest is narrower: %s", async (_, envelope) => {
    expect((await propose(envelope)).json()).toMatchObject({ envelope: null, pendingEnvelope: { envelope } });
    expect(replanned).toEqual([]);
  });

  test("are also those of the area above, for one whose own are narrower", async () => {
    expect((await propose(SHORT)).json()).toMatchObject({ envelope: SHORT });
    expect((await propose(null)).json()).toMatchObject({
      envelope: SHORT,
      pendingEnvelope: { envelope: null },
    });
    await confirm();
    await pass(days(1));
    await settled(async () => expect((await area()).envelope).toBeNull());
  });

  test("come with a new name at once, and without the hours", async () => {
    const answer = await admin("PATCH", AREA, { name: "Phường Vinh Tân A", envelope: EARLY });
    expect(answer.json()).toMatchObject({ name: "Phường Vinh Tân A", envelope: null });
    expect(await trail()).toEqual([
      ["area.change", "user-admin"],
      ["area.envelope-propose", "user-admin"],
    ]);
  });

  test("of a new area wait as well, against the hub's own hours where nothing lies above", async () => {
    const made = await admin("POST", "/areas", { id: "xom-1", name: "X", parentId: "vinh", envelope: EARLY });
    expect(made.json()).toMatchObject({ envelope: null, pendingEnvelope: { envelope: EARLY } });
    const narrow = await admin("POST", "/areas", {
      id: "xom-2",
      name: "Y",
      parentId: "vinh",
      envelope: SHORT,
    });
    expect(narrow.json().envelope).toEqual(SHORT);
  });

  test("of the first area of a hub wait too: its own hours are those from 05:00 to 22:00", async () => {
    await under.desk.registry.addArea({
      ...{ id: "root", name: "Loa", parentId: null, envelope: null, revision: 1 },
      timeZone: "Asia/Ho_Chi_Minh",
    });
    const root = { userId: "u", name: "u", role: "admin" as const, areaId: "root" };
    const { areas } = under.desk;
    expect((await areas.change(root, "root", { envelope: DEFAULT_ENVELOPE })).envelope).toEqual(
      DEFAULT_ENVELOPE,
    );
    expect(await areas.change(root, "root", { envelope: null })).toMatchObject({ envelope: null });
    expect((await areas.change(root, "root", { envelope: EARLY })).pendingEnvelope?.envelope).toEqual(EARLY);
  });

  test("that fell due while the hub was down hold from its start; those that did not still come", async () => {
    await propose();
    await confirm();
    await pass(hours(23));
    await enter(await under.restart());
    expect(await area()).toMatchObject({ envelope: null, pendingEnvelope: { envelope: EARLY } });
    await pass(minutes(59));
    await propose(open("04:00", "22:00"), "/areas/kim-lien");
    await confirm(second, "/areas/kim-lien");

    const down = under.clock;
    await under.desk.areas.stop();
    await down.advance(hours(2));
    await enter(await under.restart());
    expect(await area()).toMatchObject({ envelope: EARLY });
    expect((await trail())[0]).toEqual(["area.envelope-effective", "hub"]);
    expect(await area("/areas/kim-lien")).toMatchObject({ envelope: null });
    await pass(hours(22));
    await settled(async () => expect((await area("/areas/kim-lien")).envelope).not.toBeNull());
    expect((await admin("GET", "/audit/verify")).json().intact).toBe(true);
  });
});

describe("a proposal ends", () => {
  const gone = async () => {
    expect(await area()).not.toHaveProperty("pendingEnvelope");
    await pass(days(2));
    expect((await area()).envelope).not.toEqual(EARLY);
    expect(await code(confirm())).toBe("CONFLICT");
  };

  test.each([
    ["who proposed it", () => admin],
    ["who confirmed it", () => second],
  ])("when it is taken back by %s", async (_, who) => {
    await propose();
    await confirm();
    expect((await withdraw(who())).statusCode).toBe(200);
    expect((await trail())[0]?.[0]).toBe("area.envelope-withdraw");
    expect(await code(withdraw())).toBe("CONFLICT");
    await gone();
  });

  test("not by anybody else's hand", async () => {
    await propose();
    expect(await code(withdraw(second))).toBe("FORBIDDEN");
    expect((await area()).pendingEnvelope?.envelope).toEqual(EARLY);
  });

  test("when the hours are narrowed, which holds at once and by one person", async () => {
    await propose();
    await confirm();
    expect((await second("PATCH", AREA, { envelope: SHORT })).json().envelope).toEqual(SHORT);
    expect(replanned).toEqual(["vinh-tan"]);
    expect((await trail()).slice(0, 2).map(([action]) => action)).toEqual([
      "area.change",
      "area.envelope-drop",
    ]);
    await gone();
  });

  test("when others are proposed: they need a second person anew", async () => {
    await propose();
    await confirm();
    const wider = open("04:00", "22:00");
    expect((await second("PATCH", AREA, { envelope: wider })).json().pendingEnvelope).toMatchObject({
      envelope: wider,
      proposedBy: { id: "user-admin2" },
    });
    expect((await area()).pendingEnvelope).not.toHaveProperty("confirmedBy");
    expect(await code(confirm(second))).toBe("SAME_PERSON");
    await pass(days(2));
    expect((await area()).envelope).toBeNull();
  });

  test.each([
    ["its area is moved", () => admin("PATCH", AREA, { parentId: "nam-dan" })],
    ["an area above is moved", () => admin("PATCH", "/areas/vinh", { parentId: "nam-dan" })],
    ["another area goes up in its own", () => admin("POST", "/areas/kim-lien/merge", { into: "vinh-tan" })],
    ["an area above goes up in another", () => admin("POST", "/areas/vinh/merge", { into: "nam-dan" })],
  ])("when %s", async (_, rearrange) => {
    await propose();
    await confirm();
    expect((await rearrange()).statusCode).toBe(200);
    expect((await trail()).map(([action]) => action)).toContain("area.envelope-drop");
    await gone();
  });

  test("when its area is merged into another, or removed", async () => {
    await propose();
    expect((await admin("POST", `${AREA}/merge`, { into: "kim-lien" })).json()).not.toHaveProperty(
      "pendingEnvelope",
    );
    await admin("POST", "/areas", { id: "xom-1", name: "X", parentId: "vinh", envelope: EARLY });
    expect((await admin("DELETE", "/areas/xom-1")).statusCode).toBe(204);
    expect((await trail()).slice(0, 2).map(([action]) => action)).toEqual([
      "area.remove",
      "area.envelope-drop",
    ]);
    await pass(days(2));
    expect(await area("/areas/kim-lien")).toMatchObject({ envelope: null });
  });
});

test("wider hours of an area are no matter of admins of another one, nor of those who are no admins", async () => {
  await propose();
  await admin("PATCH", "/users/user-huyen", { role: "admin", areaId: "nam-dan" });
  const elsewhere = await under.as("huyen");
  expect(await code(confirm(elsewhere))).toBe("NOT_FOUND");
  expect(await code(withdraw(elsewhere))).toBe("NOT_FOUND");
  expect(await code(confirm(await under.as("xa")))).toBe("FORBIDDEN");
  expect(await code(confirm(second, "/areas/kim-lien"))).toBe("CONFLICT");
  await admin("PATCH", "/users/user-huyen", { areaId: "vinh-tan" });
  expect((await confirm(await under.as("huyen"))).statusCode).toBe(200);
});
