import { LoaError } from "@loa/kernel/errors";
import { Type } from "typebox";
import { describe, expect, test } from "vitest";
import { check, parseJson } from "./parse.ts";

const Schema = Type.Object({
  level: Type.Enum(["low", "high"]),
  count: Type.Integer({ maximum: 3 }),
  kind: Type.Literal("x"),
});

/** Code and problems of a refusal. */
function refused(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof LoaError)
      return { code: error.code, problems: error.context.problems as object[] | undefined };
  }
  throw new Error("it was taken");
}

describe("a check at an edge", () => {
  test("leaves unknown fields as they are", () => {
    const value = { level: "low", count: 1, kind: "x", later: true };
    expect(check(Schema, value, "it")).toBe(value);
  });

  test("names every place with what is allowed there", () => {
    const { code, problems } = refused(() => check(Schema, { level: "mid", count: 4, kind: "y" }, "it"));
    expect(code).toBe("SCHEMA_INVALID");
    expect(problems).toEqual([
      { path: "/level", message: expect.stringContaining('("low", "high")') },
      { path: "/count", message: expect.stringContaining("3") },
      { path: "/kind", message: expect.stringContaining('("x")') },
    ]);
  });

  test("names at most twenty places", () => {
    const wrong = Array.from({ length: 100 }, () => "x");
    expect(refused(() => check(Type.Array(Type.Number()), wrong, "it")).problems?.length).toBeLessThanOrEqual(
      20,
    );
  });

  test.each(["", "{", "nul", '"\\ud83d'])("refuses %j as no JSON", (text) => {
    expect(refused(() => parseJson(Schema, text, "it")).code).toBe("SCHEMA_INVALID");
  });

  test("refuses bytes that are no UTF-8", () => {
    expect(refused(() => parseJson(Type.String(), Uint8Array.of(0x22, 0xc3, 0x22), "it")).code).toBe(
      "SCHEMA_INVALID",
    );
  });
});
