import { days, hours, minutes } from "@loa/kernel/units";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { capAlert, capInfo, inMinutes, NOW, referring } from "./cap-alert.fixture.ts";
import { type CapAlert, type CapReference, keyOf } from "./cap-alert.ts";
import {
  advanceCap,
  type CapEffect,
  type CapMemory,
  EMPTY_CAP_MEMORY,
  inForce,
  nextCapChange,
  OLDEST_MS,
  receiveCap,
  withholdCap,
} from "./cap-life.ts";

const ALERT = capAlert();
const update = (identifier: string, sentIn: number, ...to: readonly CapReference[]) =>
  capAlert({ identifier, msgType: "Update", sent: inMinutes(sentIn), references: referring(...to) });
const cancel = (identifier: string, sentIn: number, ...to: readonly CapReference[]) =>
  capAlert({
    identifier,
    msgType: "Cancel",
    sent: inMinutes(sentIn),
    references: referring(...to),
    infos: [],
  });
const UPDATE = update("u", 1, ALERT);
const CANCEL = cancel("c", 2, ALERT, UPDATE);

/** Takes in messages one after the other and tells effects of each in short, with identifiers for keys. */
function told(messages: readonly CapAlert[], now = NOW + minutes(5)) {
  const short = (key: string) => key.split(",")[1];
  const say = (effect: CapEffect) => {
    const { do: what, key } = effect;
    if (what === "start") return [what, short(key), ...effect.replaces.map(short)].join(" ");
    if (what === "end") return [what, short(key), effect.because].join(" ");
    if (what === "ignore") return [what, short(key), effect.because].join(" ");
    return what === "wait" ? `wait ${short(key)}` : `remember ${short(key)}`;
  };
  let memory: CapMemory = EMPTY_CAP_MEMORY;
  const effects = messages.map((message) => {
    const step = receiveCap(memory, message, now);
    memory = step.memory;
    return step.effects.map(say);
  });
  return { effects, memory, holding: inForce(memory).map(({ key }) => short(key)) };
}

describe("a chain of messages", () => {
  test.each<[string, CapAlert[], string[][], string[]]>([
    ["an alert starts", [ALERT], [["start a"]], ["a"]],
    ["an update takes its place", [ALERT, UPDATE], [["start a"], ["end a updated", "start u a"]], ["u"]],
    [
      "a cancel ends both",
      [ALERT, UPDATE, CANCEL],
      [["start a"], ["end a updated", "start u a"], ["end u cancelled"]],
      [],
    ],
    [
      "a cancel before its alert is remembered",
      [CANCEL, ALERT],
      [["remember c"], ["ignore a superseded"]],
      [],
    ],
    ["an update of something unknown is new", [UPDATE], [["start u", "remember u"]], ["u"]],
    [
      "an alert after its update stays silent",
      [UPDATE, ALERT],
      [["start u", "remember u"], ["ignore a superseded"]],
      ["u"],
    ],
    ["an alert sent twice sounds once", [ALERT, ALERT], [["start a"], ["ignore a duplicate"]], ["a"]],
    [
      "the same instant in another zone is the same message",
      [ALERT, { ...ALERT, sent: "2026-09-18T07:00:00-00:00" }],
      [["start a"], ["ignore a duplicate"]],
      ["a"],
    ],
    [
      "an update may end several",
      [ALERT, capAlert({ identifier: "b" }), update("u", 1, ALERT, capAlert({ identifier: "b" }))],
      [["start a"], ["start b"], ["end a updated", "end b updated", "start u a b"]],
      ["u"],
    ],
    [
      "a cancelled alert does not come back by itself",
      [ALERT, CANCEL, ALERT],
      [["start a"], ["end a cancelled", "remember c"], ["ignore a duplicate"]],
      [],
    ],
    [
      "an acknowledgement is not aired",
      [capAlert({ msgType: "Ack", references: referring(ALERT) })],
      [["ignore a acknowledgement"]],
      [],
    ],
    [
      "an error is not aired",
      [capAlert({ msgType: "Error", references: referring(ALERT) })],
      [["ignore a acknowledgement"]],
      [],
    ],
    ["a draft is never aired", [capAlert({ status: "Draft" })], [["ignore a draft"]], []],
    ["an alert without content is not aired", [capAlert({ infos: [] })], [["ignore a nothing-to-say"]], []],
    [
      "an update without content silences nothing",
      [ALERT, { ...UPDATE, infos: [] }],
      [["start a"], ["ignore u nothing-to-say"]],
      ["a"],
    ],
    [
      "another sender's cancel ends nothing",
      [ALERT, { ...CANCEL, sender: "x@y" }],
      [["start a"], ["remember c"]],
      ["a"],
    ],
    [
      "a test's cancel does not end an actual alert",
      [ALERT, { ...CANCEL, status: "Test" }],
      [["start a"], ["remember c"]],
      ["a"],
    ],
    [
      "a draft of a cancel ends nothing",
      [ALERT, { ...CANCEL, status: "Draft" }],
      [["start a"], ["ignore c draft"]],
      ["a"],
    ],
    ["a cancel older than the alert ends nothing", [ALERT, cancel("c", -1, ALERT)], [["start a"], []], ["a"]],
    ["an update that refers to itself goes on", [update("u", 1, update("u", 1))], [["start u"]], ["u"]],
  ])("%s", (_, messages, effects, holding) => {
    const result = told(messages);
    expect(result.effects).toEqual(effects);
    expect(result.holding).toEqual(holding);
  });

  test.each(["Exercise", "Test", "System"] as const)("of status %s starts as such", (status) => {
    const { effects } = receiveCap(EMPTY_CAP_MEMORY, capAlert({ status }), NOW);
    expect(effects).toEqual([expect.objectContaining({ do: "start", status })]);
  });
});

describe("time", () => {
  test("has passed for an alert that comes after its end, and it is never aired", () => {
    const { memory, effects } = receiveCap(EMPTY_CAP_MEMORY, ALERT, NOW + minutes(60));
    expect(effects).toEqual([{ do: "ignore", key: keyOf(ALERT), because: "expired" }]);
    expect(inForce(memory)).toEqual([]);
  });

  test("is waited for until an alert is effective, and it ends when it expires", () => {
    const later = capAlert({ infos: [capInfo({ effective: inMinutes(10), expires: inMinutes(20) })] });
    const key = keyOf(later);
    const received = receiveCap(EMPTY_CAP_MEMORY, later, NOW);
    expect(received.effects).toEqual([{ do: "wait", key, at: NOW + minutes(10) }]);
    expect(nextCapChange(received.memory)).toBe(NOW + minutes(10));
    const early = advanceCap(received.memory, NOW + minutes(10) - 1);
    expect(early.effects).toEqual([]);
    const begun = advanceCap(early.memory, NOW + minutes(10));
    expect(begun.effects).toEqual([{ do: "start", key, status: "Actual", replaces: [] }]);
    expect(nextCapChange(begun.memory)).toBe(NOW + minutes(20));
    const over = advanceCap(begun.memory, NOW + minutes(20));
    expect(over.effects).toEqual([{ do: "end", key, because: "expired", by: null }]);
    expect(nextCapChange(over.memory)).toBe(null);
  });

  test("cancels what has not begun yet", () => {
    const later = capAlert({ infos: [capInfo({ effective: inMinutes(10) })] });
    const { memory } = told([later, CANCEL]);
    expect(advanceCap(memory, NOW + minutes(15)).effects).toEqual([]);
  });

  test("leaves the forerunner on air until its update is effective", () => {
    const later = { ...UPDATE, infos: [capInfo({ effective: inMinutes(10) })] };
    const { memory, holding } = told([ALERT, later]);
    expect(holding).toEqual(["a"]);
    expect(advanceCap(memory, NOW + minutes(10)).effects).toEqual([
      { do: "end", key: keyOf(ALERT), because: "updated", by: keyOf(later) },
      { do: "start", key: keyOf(later), status: "Actual", replaces: [keyOf(ALERT)] },
    ]);
  });

  test("does not bring back an alert whose update has expired before it", () => {
    const short = { ...UPDATE, infos: [capInfo({ expires: inMinutes(10) })] };
    const { memory } = told([ALERT, short]);
    expect(inForce(advanceCap(memory, NOW + minutes(11)).memory)).toEqual([]);
  });

  test("ends an alert that names no end after a day", () => {
    const { memory } = told([capAlert({ infos: [capInfo({ expires: null })] })]);
    expect(inForce(advanceCap(memory, NOW + hours(24) - 1).memory)).toHaveLength(1);
    expect(inForce(advanceCap(memory, NOW + hours(24)).memory)).toEqual([]);
  });

  test("makes forget, and what was forgotten cannot be played again", () => {
    const long = capAlert({ infos: [capInfo({ expires: inMinutes(60 * 24 * 90) })] });
    const { memory } = told([long, CANCEL]);
    const late = NOW + OLDEST_MS + minutes(5);
    const forgotten = advanceCap(memory, late);
    expect(forgotten.memory.messages.size).toBe(0);
    expect(receiveCap(forgotten.memory, long, late).effects).toEqual([
      { do: "ignore", key: keyOf(long), because: "too-old" },
    ]);
  });

  test("does not make forget what still holds or waits", () => {
    const long = capAlert({ infos: [capInfo({ expires: inMinutes(60 * 24 * 90) })] });
    const far = capAlert({
      identifier: "far",
      infos: [capInfo({ effective: inMinutes(60 * 24 * 50), expires: inMinutes(60 * 24 * 60) })],
    });
    const { memory } = told([long, far]);
    expect(advanceCap(memory, NOW + days(40)).memory.messages.size).toBe(2);
  });
});

const laterInfo = ([from, lasts]: [number, number]) =>
  capInfo({ effective: inMinutes(from), expires: inMinutes(from + lasts) });

describe("a message whose blocks become effective one after the other", () => {
  const block = (from: number, to: number) => capInfo({ effective: inMinutes(from), expires: inMinutes(to) });
  const STAGED = capAlert({ infos: [block(0, 30), block(10, 40)] });
  const second = `${keyOf(STAGED)}#2`;

  test("starts anew with each, in the place of what was before", () => {
    const { memory, effects } = receiveCap(EMPTY_CAP_MEMORY, STAGED, NOW);
    expect(effects).toEqual([
      { do: "start", key: keyOf(STAGED), status: "Actual", replaces: [] },
      { do: "wait", key: second, at: NOW + minutes(10) },
    ]);
    expect(advanceCap(memory, NOW + minutes(10)).effects).toEqual([
      { do: "end", key: keyOf(STAGED), because: "updated", by: second },
      { do: "start", key: second, status: "Actual", replaces: [keyOf(STAGED)] },
    ]);
  });

  test("is ended as a whole, before and after, whichever came first", () => {
    const cancelled = cancel("c", 2, STAGED);
    for (const messages of [
      [STAGED, cancelled],
      [cancelled, STAGED],
    ])
      for (const at of [3, 15]) {
        const { memory } = told(messages, NOW + minutes(3));
        expect(inForce(advanceCap(memory, NOW + minutes(at)).memory)).toEqual([]);
      }
  });

  test("goes on with what was before where the later is withheld, and does not come again", () => {
    const withheld = withholdCap(receiveCap(EMPTY_CAP_MEMORY, STAGED, NOW).memory, second);
    const after = advanceCap(withheld, NOW + minutes(15));
    expect([after.effects, inForce(after.memory).map(({ key }) => key)]).toEqual([[], [keyOf(STAGED)]]);
    expect(receiveCap(after.memory, STAGED, NOW + minutes(15)).effects).toEqual([
      { do: "ignore", key: second, because: "duplicate" },
    ]);
    expect(nextCapChange(after.memory)).toBe(NOW + minutes(30));
  });
});

test("a message among many costs in proportion to them, no more", () => {
  const among = (many: number) => {
    const messages = Array.from({ length: many }, (_, i) => capAlert({ identifier: `m${i}` }));
    const entries = messages.flatMap((one) => [...receiveCap(EMPTY_CAP_MEMORY, one, NOW).memory.messages]);
    const memory = { at: NOW, messages: new Map(entries) };
    const took = Array.from({ length: 25 }, (_, i) => {
      const start = performance.now();
      receiveCap(memory, capAlert({ identifier: `x${i}` }), NOW);
      return performance.now() - start;
    });
    // Neighbours make some slower, none faster.
    return Math.min(...took);
  };
  among(1_000);
  const few = among(1_000);
  expect(among(8_000) / few).toBeLessThan(32);
});

/** Messages of two senders that refer to each other at will, each with a key of its own. */
const network = fc
  .array(
    fc.record({
      msgType: fc.constantFrom("Alert", "Update", "Update", "Cancel", "Ack"),
      sender: fc.constantFrom("p", "p", "q"),
      status: fc.constantFrom("Actual", "Actual", "Actual", "Test", "Draft"),
      to: fc.array(fc.nat({ max: 9 }), { maxLength: 3 }),
      sentIn: fc.integer({ min: -30, max: 30 }),
      effective: fc.option(fc.integer({ min: -40, max: 60 }), { nil: null }),
      lasts: fc.option(fc.integer({ min: 1, max: 120 }), { nil: null }),
      more: fc.array(fc.tuple(fc.integer({ min: -40, max: 60 }), fc.integer({ min: 1, max: 60 })), {
        maxLength: 2,
      }),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((drawn): CapAlert[] => {
    const heads = drawn.map(({ sender, sentIn }, i) => ({
      identifier: `m${i}`,
      sender,
      sent: inMinutes(sentIn),
    }));
    return drawn.map(({ msgType, status, to, sentIn, effective, lasts, more }, i) => {
      const info = capInfo({
        effective: effective === null ? null : inMinutes(effective),
        expires: lasts === null ? null : inMinutes((effective ?? sentIn) + lasts),
      });
      const references = to.flatMap(
        (k) => heads[k] ?? { identifier: `lost${k}`, sender: "p", sent: inMinutes(-60) },
      );
      return capAlert({
        ...{ ...heads[i]!, msgType, status, references },
        infos: msgType === "Cancel" ? [] : [info, ...more.map(laterInfo)],
      } as Partial<CapAlert>);
    });
  });
const inAnyOrder = network.chain((messages) =>
  fc.record({
    messages: fc.constant(messages),
    shuffled: fc.shuffledSubarray([...messages, ...messages.slice(0, 3)], {
      minLength: messages.length + Math.min(3, messages.length),
    }),
    times: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 13, maxLength: 13 }),
  }),
);

describe("in whatever order messages come, even twice", () => {
  test("the same is in force in the end, then and later", () => {
    fc.assert(
      fc.property(inAnyOrder, fc.integer({ min: 0, max: 200 }), ({ messages, shuffled }, later) => {
        const [one, other] = [told(messages), told(shuffled)];
        expect(other.holding).toEqual(one.holding);
        const at = NOW + minutes(later);
        expect(inForce(advanceCap(other.memory, at).memory)).toEqual(
          inForce(advanceCap(one.memory, at).memory),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("it makes no difference when they come, and starts and ends tell exactly what is in force", () => {
    fc.assert(
      fc.property(inAnyOrder, ({ messages, shuffled, times }) => {
        const onAir = new Set<string>();
        const follow = (effects: readonly CapEffect[]) => {
          for (const effect of effects) {
            if (effect.do === "start") expect(onAir.has(effect.key)).toBe(false);
            if (effect.do === "start") onAir.add(effect.key);
            if (effect.do === "end") expect(onAir.delete(effect.key)).toBe(true);
          }
        };
        let [memory, now]: [CapMemory, number] = [EMPTY_CAP_MEMORY, NOW];
        for (const [i, message] of shuffled.entries()) {
          now += minutes(times[i] ?? 0);
          const step = i % 3 === 0 ? advanceCap(memory, now) : { memory, effects: [] };
          const received = receiveCap(step.memory, message, now);
          follow([...step.effects, ...received.effects]);
          memory = received.memory;
        }
        const last = advanceCap(memory, now);
        follow(last.effects);
        const holding = inForce(last.memory).map(({ key }) => key);
        expect([...onAir].sort()).toEqual([...holding].sort());
        expect(inForce(told(messages, now).memory).map(({ key }) => key)).toEqual(holding);
      }),
      { numRuns: 500 },
    );
  });

  test("nothing sounds outside its validity, and no draft or acknowledgement ever", () => {
    fc.assert(
      fc.property(inAnyOrder, ({ shuffled }) => {
        const now = NOW + minutes(5);
        for (const { status, msgType, holds } of inForce(told(shuffled, now).memory)) {
          expect(status).not.toBe("Draft");
          expect(["Alert", "Update"]).toContain(msgType);
          expect(holds!.from <= now && now < holds!.to).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
