import { describe, expect, test } from "vitest";
import type { AreaRecord, StationRecord } from "../ports.ts";
import { capAlert, capArea, capInfo, inMinutes, NOW } from "./cap-alert.fixture.ts";
import type { CapAlert, CapInfo } from "./cap-alert.ts";
import { type CapBounds, type CapPlan, planCap, strangeGeocodes } from "./cap-plan.ts";
import { Territory } from "./targets.ts";

const area = (id: string, parentId: string | null): AreaRecord => ({
  ...{ id, name: id, parentId, timeZone: "Asia/Ho_Chi_Minh", envelope: null, revision: 1 },
});
const station = (id: string, areaId: string, lat: number | null = null): StationRecord => ({
  ...{ id, name: id, areaId, zones: [{ id: "z1", name: "Chợ", horns: 4 }], maintenance: false },
  ...{ lat, lon: lat === null ? null : 105 },
});
const TERRITORY = new Territory(
  [area("tinh", null), area("xa-a", "tinh"), area("xa-b", "tinh")],
  [station("a1", "xa-a", 18), station("a2", "xa-a"), station("b1", "xa-b", 19)],
);
const CODE = (value: string) => ({ valueName: "GSO", value });
const BOUNDS: CapBounds = {
  areaId: "tinh",
  rules: [{ verdict: "air", senders: ["bao@example.vn"] }],
  otherwise: "wait",
  geocodes: [{ ...CODE("1"), areaId: "xa-a" }],
  languages: ["vi", "en"],
};
const IN_A = capArea({ areaDesc: "Xã A", geocodes: [CODE("1")] });
const plan = (info: Partial<CapInfo>, bounds: Partial<CapBounds> = {}, head: Partial<CapAlert> = {}) =>
  planCap(
    capAlert({ infos: [capInfo({ areas: [IN_A], ...info })], ...head }),
    { ...BOUNDS, ...bounds },
    TERRITORY,
    NOW,
  );

describe("it reaches", () => {
  test.each([
    ["an area by its geocode, as a whole", [IN_A], ["a1", "a2"], [{ areaId: "xa-a" }]],
    [
      "stations within a circle",
      [capArea({ circles: [{ lat: 19, lon: 105, radiusKm: 5 }] })],
      ["b1"],
      [{ stationId: "b1" }],
    ],
    [
      "all that several areas hold, once",
      [IN_A, capArea({ circles: [{ lat: 18.5, lon: 105, radiusKm: 80 }] })],
      ["a1", "a2", "b1"],
      [{ areaId: "tinh" }],
    ],
  ])("%s", (_, areas, stations, targets) => {
    expect(plan({ areas })).toMatchObject({ stations, targets, air: true });
  });

  test("no further than the source's area", () => {
    const areas = [capArea({ circles: [{ lat: 18.5, lon: 105, radiusKm: 80 }] })];
    expect(plan({ areas }, { areaId: "xa-b" })).toMatchObject({ stations: ["b1"] });
    expect(plan({}, { areaId: "xa-b" })).toBe("no-stations");
  });

  test("all of the source's area where it names none, but only once a person agrees", () => {
    expect(plan({ areas: [] })).toMatchObject({ stations: ["a1", "a2", "b1"], air: false });
  });

  test("only stations that do not have it yet", () => {
    const alert = capAlert({ infos: [capInfo({ areas: [IN_A] })] });
    const again = planCap(alert, BOUNDS, TERRITORY, NOW, new Set(["a1"]));
    expect(again).toMatchObject({ stations: ["a2"], targets: [{ stationId: "a2" }] });
    expect(planCap(alert, BOUNDS, TERRITORY, NOW, new Set(["a1", "a2"]))).toBe("no-stations");
  });

  test("nobody by a geocode that nobody explained, which is told", () => {
    const alert = capAlert({ infos: [capInfo({ areas: [capArea({ geocodes: [CODE("9"), CODE("1")] })] })] });
    expect(strangeGeocodes(alert, BOUNDS.geocodes)).toEqual([CODE("9")]);
  });
});

test.each([
  ["Actual", "Extreme", "siren", 3],
  ["Actual", "Severe", "siren", 3],
  ["Actual", "Moderate", "chime", 3],
  ["Actual", "Unknown", "chime", 3],
  ["Exercise", "Extreme", "chime", 1],
  ["Test", "Severe", "chime", 1],
] as const)(
  "of status %s and severity %s it begins with the %s, %i times",
  (status, severity, tone, repeat) => {
    expect(plan({ severity }, {}, { status })).toMatchObject({ words: { tone, repeat } });
  },
);

test.each(["System", "Draft"] as const)("of status %s nothing is heard", (status) => {
  expect(plan({}, {}, { status })).toBe("rule");
});

test("the wanted language comes first, each other one once after it", () => {
  const said = (language: string, headline: string) => capInfo({ language, headline, areas: [IN_A] });
  const infos = [said("fr", "Orage"), said("en-US", "Storm"), said("vi-VN", "Bão to"), said("en-GB", "Gale")];
  const { words } = planCap(capAlert({ infos }), BOUNDS, TERRITORY, NOW) as CapPlan;
  expect([words.language, words.headline]).toEqual(["vi", "Bão to"]);
  expect(words.translations.map(({ language }) => language)).toEqual(["en"]);
});

test("what is over neither speaks nor decides, and an alert ends with what it says", () => {
  const said = (language: string, severity: "Extreme" | "Minor", minutes: number) =>
    capInfo({ language, severity, headline: language, areas: [IN_A], expires: inMinutes(minutes) });
  const rules = [{ verdict: "air" as const, senders: ["bao@example.vn"], severity: ["Extreme" as const] }];
  const of = (...infos: CapInfo[]) =>
    planCap(capAlert({ infos }), { ...BOUNDS, rules }, TERRITORY, NOW) as CapPlan;
  expect(of(said("vi", "Extreme", 0), said("en", "Minor", 60))).toMatchObject({
    ...{ air: false, words: { headline: "en", tone: "chime", translations: [] } },
    expiresAt: NOW + 3_600_000,
  });
  expect(of(said("vi", "Extreme", 10), said("en", "Minor", 60))).toMatchObject({
    ...{ air: true, words: { headline: "vi", translations: [{ language: "en" }] } },
    expiresAt: NOW + 600_000,
  });
});

test("a text that is too long ends with a sentence", () => {
  const { words } = plan({ description: "Nước đang lên rất nhanh. ".repeat(400) }) as CapPlan;
  expect([words.text.length <= 4_000, words.text.at(-1)]).toEqual([true, "."]);
});
