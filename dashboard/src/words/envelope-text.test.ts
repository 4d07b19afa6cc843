import type { TimeEnvelope } from "@loa/protocol/time-envelope";
import { expect, test } from "vitest";
import { t } from "../locales/translate.ts";
import { limitsText, widerFacts } from "./envelope-text.ts";

const MORNING: TimeEnvelope = {
  windows: { mon: [["05:00", "07:00"]], sun: [["06:00", "06:30"]] },
  maxMinutesPerDay: 60,
  maxGainDb: -3,
};

test("wider hours are read out by day, only what is new, then all limits", () => {
  const after: TimeEnvelope = { ...MORNING, windows: { ...MORNING.windows, mon: [["04:30", "07:30"]] } };
  const [opens, monday, then, ...rest] = widerFacts(MORNING, after);
  expect(opens).toBe(t("envelope.opens"));
  expect(monday).toMatch(/: 04:30–05:00, 07:00–07:30$/);
  expect(then).toBe(t("envelope.then", { limits: limitsText(after) }));
  expect(rest).toEqual([]);
});

test("where no hour opens, only the limits are read out; half hours of the week are not lost", () => {
  const louder = { ...MORNING, maxGainDb: 0 };
  expect(widerFacts(MORNING, louder)).toEqual([t("envelope.then", { limits: limitsText(louder) })]);
  expect(limitsText(MORNING)).toMatch(/2[.,]5/);
  expect(limitsText(MORNING)).toContain("−3");
});

test("against hours that are not known, all of them are read out", () => {
  expect(widerFacts(null, MORNING)).toHaveLength(4);
  expect(widerFacts(MORNING, null)).toEqual([t("envelope.none")]);
});
