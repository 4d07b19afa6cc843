import { TEMPLATE_CATEGORIES, Template } from "@loa/protocol/http/templates";
import { check } from "@loa/protocol/parse";
import { blanksOf, fillBlanks } from "@loa/protocol/template-text";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILT_IN_TEMPLATES } from "../core/built-in-templates.ts";
import { type Ask, type DeskUnderTest, deskUnderTest } from "../testing/desk-under-test.ts";

let under: DeskUnderTest;
let staff: Ask;
let province: Ask;
beforeAll(async () => {
  under = await deskUnderTest();
  [staff, province] = [await under.as("xa"), await under.as("tinh")];
});
afterAll(() => under.close());

const BODY = {
  category: "other",
  name: "Chợ phiên",
  title: "Chợ phiên ngày {date}",
  text: "Mời bà con đi chợ phiên ngày {date}, tại {place}.",
  fields: [
    { name: "date", label: "Ngày", kind: "date", required: true, example: "15/10/2026" },
    { name: "place", label: "Nơi", kind: "text", required: true, example: "sân vận động" },
  ],
};
const PATH = "/announcement-templates";
const idsOf = async (ask: Ask): Promise<string[]> =>
  (await ask("GET", PATH)).json().items.map(({ id }: { id: string }) => id);

describe("Loa's own templates", () => {
  test.each(BUILT_IN_TEMPLATES.map((template) => [template.name, template] as const))(
    "%s: every blank has a field, every field a blank, and nothing stays blank when filled",
    (_, template) => {
      expect(check(Template, template, "template")).toEqual(template);
      const names = template.fields.map(({ name }) => name);
      expect(blanksOf(`${template.title}\n${template.text}`).sort()).toEqual([...names].sort());
      const values = Object.fromEntries(template.fields.map(({ name, example }) => [name, example]));
      expect(fillBlanks(template.text, values)).not.toMatch(/[{}]/);
      expect(fillBlanks(template.title, values).length).toBeLessThanOrEqual(200);
    },
  );

  test("stand for each category, each under its own id", () => {
    expect(new Set(BUILT_IN_TEMPLATES.map(({ category }) => category))).toEqual(new Set(TEMPLATE_CATEGORIES));
    expect(new Set(BUILT_IN_TEMPLATES.map(({ id }) => id)).size).toBe(BUILT_IN_TEMPLATES.length);
  });

  test("are listed for everybody and changed by nobody", async () => {
    expect(await idsOf(staff)).toEqual(expect.arrayContaining(["built-in-lost-child", "built-in-water-cut"]));
    for (const method of ["PATCH", "DELETE"] as const) {
      const answer = await (await under.as("admin"))(method, `${PATH}/built-in-meeting`, { name: "x" });
      expect([answer.statusCode, answer.json().code]).toEqual([403, "FORBIDDEN"]);
    }
  });
});

describe("templates of an area", () => {
  test("are added, changed and removed by its staff, and audited", async () => {
    const made = await staff("POST", PATH, BODY);
    expect([made.statusCode, made.json()]).toEqual([
      201,
      { ...BODY, id: expect.any(String), areaId: "vinh-tan" },
    ]);
    const { id } = made.json();
    const changed = await staff("PATCH", `${PATH}/${id}`, { name: "Chợ phiên tháng" });
    expect(changed.json()).toEqual({ ...made.json(), name: "Chợ phiên tháng" });
    const { items } = (await staff("GET", PATH)).json();
    expect(items.at(-1)).toEqual(changed.json());
    expect((await staff("DELETE", `${PATH}/${id}`)).statusCode).toBe(204);
    expect(await idsOf(staff)).not.toContain(id);
    const entries = (await under.desk.audit.page(undefined, 100)).filter(({ subject }) => subject === id);
    expect(entries.map(({ action }) => action)).toEqual([
      "template.remove",
      "template.change",
      "template.create",
    ]);
  });

  test("are seen below and above, and changed from their own area and above only", async () => {
    const { id } = (await province("POST", PATH, BODY)).json();
    expect(await idsOf(staff)).toContain(id);
    expect((await staff("PATCH", `${PATH}/${id}`, { name: "x" })).json().code).toBe("FORBIDDEN");
    const theirs = (await province("POST", PATH, { ...BODY, areaId: "kim-lien" })).json().id;
    expect(await idsOf(staff)).not.toContain(theirs);
    expect((await staff("DELETE", `${PATH}/${theirs}`)).json().code).toBe("NOT_FOUND");
    expect(await idsOf(province)).toContain(theirs);
    expect((await staff("POST", PATH, { ...BODY, areaId: "kim-lien" })).json().code).toBe("NOT_FOUND");
    expect((await (await under.as("kythuat"))("POST", PATH, BODY)).json().code).toBe("FORBIDDEN");
  });

  test("name what an announcement was made from", async () => {
    const { id } = (await staff("POST", PATH, BODY)).json();
    const text = fillBlanks(BODY.text, { date: "15/10", place: "chợ" });
    const made = await staff("POST", "/announcements", { title: "Mời bà con", text, templateId: id });
    expect(made.json()).toMatchObject({ templateId: id });
    expect((await staff("GET", "/announcements?q=phien cho")).json().items).toHaveLength(1);
    const unknown = await staff("POST", "/announcements", { title: "x", text, templateId: "tpl-0" });
    expect(unknown.json().code).toBe("NOT_FOUND");
    await under.desk.queue.idle();
  });

  test.each([
    ["a blank without a field", { text: "Tại {place}, {city}, ngày {date}." }],
    ["a field without a blank", { text: "Ngày {date}." }],
    ["a field twice", { fields: [...BODY.fields, BODY.fields[0]] }],
  ])("%s is refused, in a new one and in a change", async (_, fault) => {
    const answer = await staff("POST", PATH, { ...BODY, ...fault });
    expect([answer.statusCode, answer.json().code]).toEqual([422, "TEMPLATE_INVALID"]);
    const { id } = (await staff("POST", PATH, BODY)).json();
    expect((await staff("PATCH", `${PATH}/${id}`, fault)).json().code).toBe("TEMPLATE_INVALID");
  });
});
