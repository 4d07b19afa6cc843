import { readFileSync } from "node:fs";
import path from "node:path";
import { Type } from "typebox";
import { describe, expect, test } from "vitest";
import { GENERATED } from "../scripts/docs/generated.ts";
import { docstrings } from "../scripts/docs/protocol.ts";
import { SchemaTables } from "../scripts/docs/schema-tables.ts";

test.each(GENERATED)("$file is what the sources say (npm run docs)", async ({ file, render }) => {
  expect(readFileSync(path.join(import.meta.dirname, "..", file), "utf8")).toBe(await render());
});

describe("a schema's page", () => {
  const Zone = Type.String({ pattern: "^z[0-9]$" });
  const Line = Type.Object({ zone: Zone, ohms: Type.Union([Type.Number(), Type.Null()]) });
  const Report = Type.Object({
    lines: Type.Array(Line, { minItems: 1 }),
    note: Type.Optional(Type.String({ maxLength: 80, description: "for | people" })),
    place: Type.Object({ lat: Type.Number(), kind: Type.Enum(["pole", "roof"]) }),
  });
  const named = Object.entries({ Zone, Line, Report }).map(([name, schema]) => ({ name, doc: "", schema }));
  const section = (name: string) => {
    const found = named.find((one) => one.name === name);
    return found && new SchemaTables(named).section(found);
  };

  test("names, links, units, needs and nested fields are told", () => {
    expect(section("Report")?.split("\n").slice(2)).toEqual([
      "| field | type | needed | unit | meaning |",
      "|---|---|---|---|---|",
      "| `lines` | list of [Line](#line) (≥ 1 elements) | yes |  |  |",
      "| `note` | string (≤ 80 characters) | no |  | for \\| people |",
      "| `place` | object | yes |  |  |",
      "| `place.lat` | number | yes | ° |  |",
      "| `place.kind` | `pole` · `roof` | yes |  |  |",
    ]);
    expect(section("Line")).toContain("| `ohms` | number or null | yes | Ω |  |");
    expect(section("Zone")).toContain("string, `^z[0-9]$`");
  });
});

test("docstrings are read per export, and an export without one has none", () => {
  const text = "/** The first.\n * @throws EXPIRED late */\nexport const A = 1;\nexport const B = 2;\n";
  expect([...docstrings(text)]).toEqual([
    ["A", "The first. Errors: EXPIRED late"],
    ["B", ""],
  ]);
});
