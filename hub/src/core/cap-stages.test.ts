import { describe, expect, test } from "vitest";
import { capAlert, capInfo, inMinutes, NOW } from "./cap-alert.fixture.ts";
import { keyOf } from "./cap-alert.ts";
import { stagesOf } from "./cap-stages.ts";

const block = (event: string, effective: number | null, expires = 60) =>
  capInfo({
    ...{ event, expires: inMinutes(expires), effective: effective === null ? null : inMinutes(effective) },
  });
const stages = (...infos: readonly ReturnType<typeof block>[]) => {
  const alert = capAlert({ infos });
  return (minutes: number) =>
    stagesOf(alert, NOW + minutes * 60_000).map(({ number, alert: { infos: some } }) => [
      number,
      some.map(({ event }) => event).join(),
    ]);
};

describe("a message whose blocks become effective", () => {
  test("together has one stage with all of them, over or not", () => {
    const at = stages(block("a", null), block("b", 0, -5));
    expect([at(-1), at(0), at(99)]).toEqual([[[1, "a,b"]], [[1, "a,b"]], [[1, "a,b"]]]);
  });

  test("one after the other has a stage for each time, with what holds then", () => {
    const at = stages(block("a", 0, 15), block("b", 10), block("c", 20));
    expect(at(-5)).toEqual([
      [1, "a"],
      [2, "a,b"],
      [3, "b,c"],
    ]);
  });

  test("one after the other has, of those that have begun, only the last", () => {
    const at = stages(block("a", 0), block("b", 10), block("c", 20));
    expect(at(10)).toEqual([
      [2, "a,b"],
      [3, "a,b,c"],
    ]);
    expect(at(30)).toEqual([[3, "a,b,c"]]);
  });

  test("never leaves these out", () => {
    expect(stages(block("a", 0), block("never", 30, 20))(0)).toEqual([[1, "a,never"]]);
  });
});

test("the first stage has the message's own key, the others keys of theirs, whenever they are made", () => {
  const alert = capAlert({ infos: [block("a", 0), block("b", 10)] });
  const [own, second] = stagesOf(alert, NOW).map(({ key }) => key);
  expect([own, second]).toEqual([keyOf(alert), `${keyOf(alert)}#2`]);
  expect(stagesOf(alert, NOW + 600_000).map(({ key }) => key)).toEqual([second]);
});
