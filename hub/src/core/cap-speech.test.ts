import { describe, expect, test } from "vitest";
import { capAlert, capArea, capInfo, inMinutes, NOW } from "./cap-alert.fixture.ts";
import type { CapResource } from "./cap-alert.ts";
import { audioOf, currentInfos, infoFor, spokenText } from "./cap-speech.ts";

describe("the info blocks for people here", () => {
  const alert = (...languages: readonly string[]) =>
    capAlert({ infos: languages.map((language, i) => capInfo({ language, event: `${i}` })) });
  test.each([
    ["are those of the wanted language", ["en-US", "vi-VN"], ["vi-VN"], ["1"]],
    ["are all of that language", ["vi-VN", "en", "vi-VN"], ["vi"], ["0", "2"]],
    ["are of a relative of the wanted language", ["en", "vi"], ["vi-VN"], ["1"]],
    ["are rather of exactly the wanted one", ["zh-Hans", "zh-Hant"], ["zh-hant"], ["1"]],
    ["are of the second choice without the first", ["en", "km"], ["vi", "km"], ["1"]],
    ["are those of the first block when none fits", ["fr", "de", "fr"], ["vi", "en"], ["0", "2"]],
    ["are none without any block", [], ["vi"], []],
  ])("%s", (_, languages, wanted, expected) => {
    expect(infoFor(alert(...languages), wanted).map(({ event }) => event)).toEqual(expected);
  });

  test("leave out what is over and what is not effective yet", () => {
    const infos = [
      capInfo({ event: "over", expires: inMinutes(0) }),
      capInfo({ event: "now", effective: inMinutes(0), expires: inMinutes(1) }),
      capInfo({ event: "later", effective: inMinutes(1) }),
      capInfo({ event: "open", expires: null }),
    ];
    expect(currentInfos(infos, NOW).map(({ event }) => event)).toEqual(["now", "open"]);
  });
});

describe("the text that is spoken", () => {
  test("says who, what, where, more, and what to do, a sentence a line", () => {
    const info = capInfo({
      senderName: "Đài Khí tượng Thủy văn tỉnh Quảng Ninh",
      headline: "Tin bão khẩn cấp: bão số 3 giật cấp 12",
      description: "Hồi 13 giờ, tâm bão cách Vân Đồn 80 km\n  về phía đông .",
      instruction: "Không ra khỏi nhà! Xem thêm tại https://example.vn/bao-3",
      areas: ["Vân Đồn", "Cô Tô", "Vân Đồn"].map((areaDesc) => capArea({ areaDesc })),
    });
    expect(spokenText(info).split("\n")).toEqual([
      "Thông báo của Đài Khí tượng Thủy văn tỉnh Quảng Ninh.",
      "Tin bão khẩn cấp: bão số 3 giật cấp 12.",
      "Khu vực: Vân Đồn, Cô Tô.",
      "Hồi 13 giờ, tâm bão cách Vân Đồn 80 km về phía đông.",
      "Không ra khỏi nhà! Xem thêm tại.",
    ]);
  });
  test("is the event when nothing else is known", () => {
    expect(spokenText(capInfo())).toBe("Bão.");
  });
  test("is not Vietnamese around another language", () => {
    const info = capInfo({ language: "en", senderName: "the weather service", event: "Storm" });
    expect(spokenText(info)).toBe("Message from the weather service.\nStorm.");
  });
  test.each([
    [
      "a description that begins with the headline",
      { headline: "Bão số 3", description: "Bão số 3. Gió giật." },
      "Bão số 3. Gió giật.",
    ],
    ["a description that is the headline", { headline: "Bão số 3", description: "BÃO SỐ 3." }, "Bão số 3."],
  ])("does not say twice what is in %s", (_, more, expected) => {
    expect(spokenText(capInfo(more))).toBe(expected);
  });
  test("keeps a headline that merely begins a word of the description", () => {
    expect(spokenText(capInfo({ headline: "Lũ", description: "Lũ quét ở suối." }))).toBe(
      "Lũ.\nLũ quét ở suối.",
    );
  });
});

describe("an audio file of an alert", () => {
  const file = (more: Partial<CapResource>): CapResource => ({
    ...{ resourceDesc: "a", mimeType: "audio/mpeg", size: null, uri: "https://a.vn/a.mp3" },
    ...{ derefUri: null, digest: null },
    ...more,
  });
  const limits = { maxBytes: 3, types: ["audio/mpeg"] };
  test.each([
    ["behind a link can be played", file({}), "link", null],
    ["with parameters in its type can be played", file({ mimeType: "Audio/MPEG; rate=8000" }), "link", null],
    ["of the size that is allowed can be played", file({ size: 3 }), "link", null],
    ["that says it is larger cannot", file({ size: 4 }), "link", "size"],
    ["inside the message can be played", file({ derefUri: "YWJj", size: 900 }), "inline", null],
    [
      "inside the message is weighed, whatever it says",
      file({ derefUri: "YWJjZA==", size: 1 }),
      "inline",
      "size",
    ],
    ["of a type that nothing here reads cannot", file({ mimeType: "audio/midi" }), "link", "type"],
    ["that is nowhere cannot", file({ uri: null }), "link", "no-source"],
  ])("%s", (_, resource, from, fault) => {
    expect(audioOf(capInfo({ resources: [resource] }), limits)).toEqual([{ resource, from, fault }]);
  });
  test("that can be played comes first, and pictures are none", () => {
    const resources = [file({ mimeType: "image/png" }), file({ mimeType: "audio/midi" }), file({})];
    expect(audioOf(capInfo({ resources })).map(({ fault }) => fault)).toEqual([null, "type"]);
  });
});
