import type { AlertTemplate } from "@loa/protocol/http/alerts";
import { expect, test } from "vitest";
import { type AlertDraft, asOwnText, emptyDraft, gapsOf, withTemplate, wordsBody } from "./alert-draft.ts";

const FLOOD: AlertTemplate = {
  ...{
    id: "flood",
    event: "flood",
    name: "Lũ về",
    headline: "Lũ tại {place}",
    text: "Nước lên tại {place}.",
  },
  fields: [{ name: "place", label: "Khu vực", kind: "text", required: true, example: "xóm 1" }],
  ...{ tone: "siren", repeat: 3, expiresInSeconds: 10_800 },
};
const TARGETS = [{ areaId: "xa" }];
const base = { ...emptyDraft("siren"), targets: TARGETS };
const text: AlertDraft = { ...base, source: "text", headline: "Lũ", text: "Lên cao." };

test.each([
  ["nothing at all", emptyDraft("siren"), "template targets"],
  ["a template without its fields", withTemplate(base, FLOOD, ["siren"]), "fields"],
  ["a filled template", { ...withTemplate(base, FLOOD, ["siren"]), values: { place: "xóm 2" } }, ""],
  ["a text", text, ""],
  ["a text of blanks", { ...text, headline: " ", text: " " }, "headline text"],
  ["a text with a blank left in it", { ...text, text: "Lũ tại {place}." }, "blanks"],
  ["no announcement", { ...text, source: "announcement" as const }, "announcement"],
  ["a tone alone", { ...text, source: "tone" as const, text: "" }, ""],
  ["a tone without a headline", { ...base, source: "tone" as const }, "headline"],
  ["an empty translation", { ...text, translations: [{ language: "en", text: "" }] }, "translation"],
])("%s lacks: %s", (_, draft, gaps) => {
  expect(gapsOf(draft).join(" ")).toBe(gaps);
});

test("a template is sent as its words, with the tone and rounds it proposes", () => {
  const draft = { ...withTemplate(base, FLOOD, ["siren", "chime", "none"]), values: { place: "xóm 2" } };
  expect(draft.tone).toBe("siren");
  expect(wordsBody(draft)).toEqual({
    ...{ headline: "Lũ tại xóm 2", text: "Nước lên tại xóm 2.", repeat: 3, language: "vi" },
    ...{ targets: TARGETS, expiresInSeconds: 10_800 },
  });
});

test("where there is no siren, a template brings none, and sounds once", () => {
  expect(withTemplate(base, FLOOD, ["chime", "none"])).toMatchObject({ tone: "chime", repeat: 1 });
});

test("a template's words can be taken over and changed", () => {
  const draft = asOwnText({ ...withTemplate(base, FLOOD, ["siren"]), values: { place: "xóm 2" } });
  expect(draft).toMatchObject({ source: "text", headline: "Lũ tại xóm 2", text: "Nước lên tại xóm 2." });
});

test("a tone alone is sent without a word, in no language", () => {
  const translations = [{ language: "en", text: "Go." }];
  const body = wordsBody({ ...text, source: "tone", translations });
  expect(body).toMatchObject({ headline: "Lũ", spoken: false });
  expect(body).not.toHaveProperty("text");
  expect(body).not.toHaveProperty("translations");
});

test("a stored announcement is sent in the place of a text", () => {
  const body = wordsBody({ ...text, source: "announcement", announcementId: "ann-1" });
  expect(body.announcementId).toBe("ann-1");
  expect(body).not.toHaveProperty("text");
});
