import type { Alert, AlertSound } from "@loa/protocol/alert";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AlertMemory,
  type AlertStretch,
  endedNow,
  forgetExpired,
  noteAudio,
  soundsInTurn,
  stretchesOf,
  takeAlert,
} from "./alerts.ts";

const NOW = Date.UTC(2026, 8, 5, 7);
const SIREN: AlertSound = { kind: "tone", tone: "wail", durationMs: 5_000 };
const SPEECH: AlertSound = { kind: "opus", data: "", durationMs: 15_000 };
const LONG: AlertSound = { kind: "asset", sha256: "a".repeat(64), bytes: 90_000, durationMs: 60_000 };
const NOTHING: AlertMemory = new Map();

const inline = (sound: AlertSound) => sound.kind !== "asset";
const all = () => true;

const storm = (over: Partial<Alert> = {}): Alert => ({
  alertId: "storm",
  revision: 1,
  kind: "actual",
  action: "alert",
  supersedes: [],
  sound: [SIREN, SPEECH],
  repeat: 3,
  startAt: NOW + 300,
  zones: [],
  headline: "Bão số 5",
  language: "vi",
  expires: NOW + 3_600_000,
  maxSoundMinutes: 10,
  except: [],
  ...over,
});
const silenced = () => storm({ revision: 2, action: "recall", sound: [] });
const recall = (over: Partial<Alert> = {}) => storm({ revision: 9, action: "recall", sound: [], ...over });

function taken(alerts: readonly Alert[], now = NOW, has = inline): AlertMemory {
  return alerts.reduce((memory, alert) => {
    const verdict = takeAlert(memory, alert, has, now);
    return verdict.is === "taken" ? verdict.memory : memory;
  }, NOTHING);
}

describe("an alert", () => {
  test("sounds from its start for all its rounds, and no longer", () => {
    const [one, ...others] = stretchesOf(taken([storm()]));
    expect(others).toEqual([]);
    expect(one).toMatchObject({ startAt: NOW + 300, durationMs: 60_000, priority: "emergency" });
    expect(soundsInTurn(one as AlertStretch).length).toBe(6);
  });

  test.each([
    ["without a number of rounds, at its longest time", { repeat: 0, maxSoundMinutes: 2 }, 120_000],
    ["when it expires", { repeat: 0, expires: NOW + 50_300 }, 50_000],
  ])("ends %s", (_, over, durationMs) => {
    const [one] = stretchesOf(taken([storm(over)]));
    expect(one?.durationMs).toBe(durationMs);
    expect(soundsInTurn(one as AlertStretch).reduce((sum, sound) => sum + sound.durationMs, 0)).toBe(
      durationMs,
    );
  });

  test("that comes late joins the rounds that are still to come in step, and else begins anew", () => {
    expect(stretchesOf(taken([storm()], NOW + 20_000))[0]?.startAt).toBe(NOW + 300);
    expect(stretchesOf(taken([storm()], NOW + 55_000))[0]?.startAt).toBe(NOW + 55_300);
    expect(stretchesOf(taken([storm({ repeat: 1 })], NOW + 5_100))[0]?.startAt).toBe(NOW + 5_400);
  });

  test("that comes shortly before its longest time is over begins anew, for it would be cut off within a word", () => {
    const alert = storm({ repeat: 0, maxSoundMinutes: 1 });
    expect(stretchesOf(taken([alert], NOW + 39_000))[0]?.startAt).toBe(NOW + 300);
    expect(stretchesOf(taken([alert], NOW + 55_000))).toMatchObject([
      { startAt: NOW + 55_300, durationMs: 60_000 },
    ]);
  });

  test.each([
    ["siren and words, a moment", [SIREN, SPEECH], 1, 1_400, 0],
    ["siren and words, almost the siren", [SIREN, SPEECH], 1, 4_600, 0],
    ["siren and words, a breath too much", [SIREN, SPEECH], 1, 4_800, 5_100],
    ["siren and words that come again, longer than the siren", [SIREN, SPEECH], 3, 9_000, 0],
    ["words alone, a moment", [SPEECH], 1, 1_400, 1_700],
    ["words alone that come again, a moment", [SPEECH], 2, 1_400, 0],
    ["siren alone, a moment", [SIREN], 1, 1_400, 0],
    ["an amplifier that warms up for long", [SIREN, SPEECH], 1, 30_000, 30_300],
  ])("never loses a word to a cold amplifier: %s", (_, sound, repeat, lateMs, shiftMs) => {
    const alert = storm({ sound: [...sound], repeat, startAt: NOW });
    const verdict = takeAlert(NOTHING, alert, inline, NOW, { soundableAt: NOW + lateMs });
    const [one] = verdict.is === "taken" ? stretchesOf(verdict.memory) : [];
    expect(one?.startAt).toBe(NOW + shiftMs);
  });

  test("that is ended here is over at once, and stays so", () => {
    const raised = taken([storm({ repeat: 0 })]);
    const [one] = stretchesOf(endedNow(raised, "storm", NOW + 7_300));
    expect(one).toMatchObject({ startAt: NOW + 300, durationMs: 7_000 });
    expect(endedNow(raised, "other", NOW)).toBe(raised);
  });

  test("has its tones sound until its audio is here, and begins with its message then", () => {
    const waiting = taken([storm({ sound: [SIREN, LONG], repeat: 1 })]);
    expect(stretchesOf(waiting)).toMatchObject([{ segment: 2, startAt: NOW + 300, durationMs: 600_000 }]);
    const there = noteAudio(waiting, all, NOW + 9_000);
    expect(stretchesOf(there)).toMatchObject([
      { segment: 2, durationMs: 8_700 },
      { segment: 3, startAt: NOW + 9_000, durationMs: 65_000 },
    ]);
    expect(noteAudio(there, all, NOW + 10_000)).toBe(there);
  });

  test("with nothing but audio that is away sounds the attention tone meanwhile", () => {
    const [one] = stretchesOf(taken([storm({ sound: [LONG] })]));
    expect(one?.round[0]).toMatchObject({ kind: "tone", tone: "attention" });
  });

  test("gives way to its update, whose rounds count anew", () => {
    const memory = taken([storm(), storm({ revision: 2, action: "update", startAt: NOW + 30_000 })]);
    expect(stretchesOf(memory)).toMatchObject([{ segment: 5, startAt: NOW + 30_000 }]);
  });

  test("that supersedes another ends it, also when that one comes later", () => {
    const flood = storm({ alertId: "flood", supersedes: ["storm"] });
    for (const order of [
      [storm(), flood],
      [flood, storm()],
    ])
      expect(stretchesOf(taken(order)).map(({ alert }) => alert.alertId)).toEqual(["flood"]);
  });

  test("is forgotten when it has expired, and not before", () => {
    const memory = taken([storm()]);
    expect(forgetExpired(memory, NOW + 3_599_999)).toBe(memory);
    expect(forgetExpired(memory, NOW + 3_600_000).size).toBe(0);
  });

  test("is remembered as long as any of its revisions could be replayed", () => {
    const shorter = storm({ revision: 2, action: "update", expires: NOW + 60_000 });
    const over = recall({ revision: 3, expires: NOW + 120_000 });
    for (const memory of [taken([storm(), shorter]), taken([storm(), shorter, over])]) {
      const later = forgetExpired(memory, NOW + 1_800_000);
      expect(takeAlert(later, storm(), inline, NOW + 1_800_000).is).toBe("known");
      expect(forgetExpired(memory, NOW + 3_600_000).size).toBe(0);
    }
  });
});

describe("a recall", () => {
  test("of a hub that counts anew, because its store went back, silences all the same", () => {
    const memory = taken([storm(), storm({ revision: 5, action: "update" }), recall({ revision: 2 })]);
    expect(stretchesOf(memory)).toEqual([]);
    expect(takeAlert(memory, storm({ revision: 5, action: "update" }), inline, NOW).is).toBe("recalled");
  });

  test("leaves its correction alone to be heard", () => {
    const [one, ...others] = stretchesOf(taken([storm(), recall({ correction: [SPEECH] })]));
    expect(others).toEqual([]);
    expect(one).toMatchObject({ durationMs: 15_000, alert: { action: "recall" } });
  });

  test("has its correction said whole where it is heard late, however often the alert was to sound", () => {
    for (const repeat of [0, 3]) {
      const late = taken([storm(), recall({ correction: [SPEECH], repeat, startAt: NOW })], NOW + 10_000);
      expect(stretchesOf(late)).toMatchObject([{ startAt: NOW + 10_300, durationMs: 15_000 }]);
    }
  });

  test("silences ahead of its correction, which is then said once, however often and in whatever order both come", () => {
    const silence = silenced();
    const correction = recall({ revision: 3, correction: [SPEECH] });
    expect(silence).not.toHaveProperty("correction");
    const messages = [storm(), silence, correction];
    const orders = fc.array(fc.constantFrom(...messages), { maxLength: 8 });
    fc.assert(
      fc.property(orders, orders, (before, after) => {
        const quiet = taken([...before, silence, ...after]);
        const spoken = [...before, ...after].includes(correction);
        expect(stretchesOf(quiet).map(({ segment }) => segment)).toEqual(spoken ? [7] : []);
        const both = taken([...before, silence, ...after, correction]);
        expect(stretchesOf(both)).toMatchObject([
          { segment: 7, round: [SPEECH], alert: { action: "recall" } },
        ]);
      }),
    );
  });

  test("that has its correction, or ends with another alert, takes no other", () => {
    const other = recall({ revision: 12, correction: [SIREN, SPEECH] });
    const spoken = taken([recall({ correction: [SPEECH] })]);
    expect(takeAlert(spoken, other, inline, NOW).is).toBe("recalled");
    expect(takeAlert(taken([recall({ correction: [] })]), other, inline, NOW).is).toBe("recalled");
    const flood = taken([storm(), storm({ alertId: "flood", supersedes: ["storm"] })]);
    expect(stretchesOf(flood).map(({ alert }) => alert.alertId)).toEqual(["flood"]);
    expect(takeAlert(flood, other, inline, NOW).is).not.toBe("taken");
  });

  test("brings no sound but its correction, whatever a later revision of it is called", () => {
    const quiet = taken([storm(), silenced()]);
    for (const action of ["alert", "update"] as const) {
      const later = storm({ revision: 10, action, correction: [SPEECH] });
      expect(takeAlert(quiet, later, inline, NOW).is).toBe("recalled");
    }
  });

  test.each([
    ["at once, where nothing of it is known any more", [], 0, 1],
    ["hours later, where it was told before", [storm()], 3 * 3_600_000, 1],
    ["hours later, where it was told and silenced before", [storm(), silenced()], 3 * 3_600_000, 1],
    ["never hours later, where nothing was told before", [], 3 * 3_600_000, 0],
    ["never hours later, where only its silence was told", [silenced()], 3 * 3_600_000, 0],
  ])("is corrected %s", (_, before, laterMs, stretches) => {
    const startAt = NOW + 1_000;
    const called = recall({ correction: [SPEECH], startAt, expires: NOW + 86_400_000 });
    const memory = taken(before.map((one) => ({ ...one, expires: NOW + 86_400_000 })));
    const verdict = takeAlert(memory, called, inline, startAt + laterMs);
    expect(verdict.is).toBe("taken");
    expect(verdict.is === "taken" && stretchesOf(verdict.memory)).toHaveLength(stretches);
  });

  test("that nobody can date is corrected only where it was told before", () => {
    const called = recall({ correction: [SPEECH], startAt: NOW });
    for (const [before, stretches] of [
      [[], 0],
      [[storm()], 1],
    ] as const) {
      const verdict = takeAlert(taken(before), called, inline, NOW, { ownTime: true });
      expect(verdict.is === "taken" && stretchesOf(verdict.memory)).toHaveLength(stretches);
    }
  });

  test("silences for good, in whatever order alert, update and recall come, and however often", () => {
    const messages = [storm(), storm({ revision: 2, action: "update" }), recall()];
    const orders = fc.array(fc.constantFrom(...messages), { maxLength: 8 });
    fc.assert(
      fc.property(orders, orders, (before, after) => {
        expect(stretchesOf(taken([...before, recall(), ...after]))).toEqual([]);
      }),
    );
  });

  test("is final: a later update of what was recalled sounds nothing", () => {
    const late = storm({ revision: 10, action: "update" });
    expect(takeAlert(taken([recall()]), late, inline, NOW).is).toBe("recalled");
  });
});

describe("an exercise", () => {
  test.each(["wail", "pulse", "steady"] as const)("with the siren tone %s is refused", (tone) => {
    for (const kind of ["exercise", "test"] as const) {
      const sound: AlertSound[] = [{ kind: "tone", tone, durationMs: 1_000 }];
      const inItsCorrection = storm({ kind, sound: [SPEECH], correction: sound });
      for (const alert of [storm({ kind, sound }), inItsCorrection])
        expect(takeAlert(NOTHING, alert, inline, NOW)).toEqual({ is: "refused", code: "SIREN_NOT_ALLOWED" });
    }
  });

  test("neither changes, recalls nor supersedes an actual alert", () => {
    const memory = taken([storm()]);
    const forged = recall({ kind: "exercise" });
    expect(takeAlert(memory, forged, inline, NOW)).toEqual({ is: "refused", code: "KEY_USE_WRONG" });
    const drill = storm({ alertId: "drill", kind: "exercise", sound: [SPEECH], supersedes: ["storm"] });
    const after = takeAlert(memory, drill, inline, NOW);
    expect(after.is === "taken" && stretchesOf(after.memory).map(({ alert }) => alert.alertId)).toEqual([
      "storm",
      "drill",
    ]);
  });

  test("keeps no actual alert away, neither by its id nor by superseding what is still to come", () => {
    const drill = storm({ kind: "exercise", sound: [SPEECH], revision: 7 });
    const other = storm({ alertId: "drill", kind: "exercise", sound: [SPEECH], supersedes: ["storm"] });
    for (const before of [drill, other]) {
      const sounding = stretchesOf(taken([before, storm()])).map(({ alert }) => alert);
      expect(sounding).toContainEqual(expect.objectContaining({ alertId: "storm", kind: "actual" }));
    }
  });

  test("has the lowest priority, an actual alert the highest", () => {
    const drill = storm({ alertId: "drill", kind: "test", sound: [SPEECH] });
    expect(stretchesOf(taken([drill, storm()])).map(({ priority }) => priority)).toEqual([
      "test",
      "emergency",
    ]);
  });
});
