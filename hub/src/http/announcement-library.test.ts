import type { Announcement } from "@loa/protocol/http/announcements";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plainText } from "../core/plain-text.ts";
import { openDatabase } from "../store/database.ts";
import { announcementPage } from "../store/repositories/announcement-pages.ts";
import { type Ask, type DeskUnderTest, deskUnderTest } from "../testing/desk-under-test.ts";
import { libraryOf } from "../testing/library.ts";
import { costMs } from "../testing/processor-time.ts";

let under: DeskUnderTest;
let author: Ask;
beforeAll(async () => {
  under = await deskUnderTest();
  author = await under.as("xa");
});
afterAll(() => under.close());

const made = async (fields: Record<string, unknown>, ask = author): Promise<string> => {
  const answer = await ask("POST", "/announcements", { text: "Kính mời bà con.", ...fields });
  expect(answer.statusCode).toBe(201);
  return answer.json().id;
};
const found = async (query: Record<string, string>, ask = author): Promise<string[]> => {
  const answer = await ask("GET", `/announcements?${new URLSearchParams(query)}`);
  return answer.json().items.map(({ id }: Announcement) => id);
};

describe("the library", () => {
  test("is searched by words in any order, without regard to accents and case, in title, text, author and template", async () => {
    const id = await made({
      title: "Tìm kiếm trẻ lạc ở Đồng Văn",
      text: "Cháu mặc áo đỏ.",
      templateId: "built-in-lost-child",
    });
    for (const q of [
      "tim kiem",
      "KIẾM TÌM",
      "dong van lac",
      "áo đỏ",
      "ao do tim",
      "phan van nam",
      "lac  dong, (kiem)",
      "đồ",
    ])
      expect(await found({ q }), q).toEqual([id]);
    expect(await found({ q: "tim kiem heo" })).toEqual([]);
    expect(await found({ q: "iem" })).toEqual([]);
  });

  test("finds by the newest title and text only", async () => {
    const id = await made({ title: "Nguyên bản", text: "Thứ nhất." });
    await author("POST", `/announcements/${id}/revisions`, { title: "Bổ sung", text: "Thứ hai." });
    expect(await found({ q: "bo sung hai" })).toEqual([id]);
    expect(await found({ q: "nguyen ban" })).toEqual([]);
    await author("PATCH", `/announcements/${id}`, { title: "Hoàn chỉnh" });
    expect(await found({ q: "hoan chinh" })).toEqual([id]);
  });

  test("follows a new name of its author", async () => {
    const admin = await under.as("admin");
    const id = await made({ title: "Đại hội xóm" }, await under.as("xa2"));
    await admin("PATCH", "/users/user-xa2", { name: "Quách Thị Ước" });
    expect(await found({ q: "quach uoc dai hoi" })).toEqual([id]);
    expect(await found({ q: "lan dai hoi" })).toEqual([]);
  });

  test("is narrowed by source, area and state, page by page", async () => {
    const province = await under.as("tinh");
    const mine = await made({ title: "Lọc một", areaId: "vinh-tan" });
    const theirs = await made({ title: "Lọc hai", areaId: "kim-lien" }, province);
    expect(await found({ q: "loc" }, province)).toEqual([theirs, mine]);
    expect(await found({ q: "loc", areaId: "kim-lien" }, province)).toEqual([theirs]);
    expect(await found({ q: "loc", source: "speech", areaId: "nghe-an" }, province)).toEqual([theirs, mine]);
    expect(await found({ q: "loc", source: "recording" }, province)).toEqual([]);
    expect(await found({ q: "loc" })).toEqual([mine]);
    expect((await author("GET", "/announcements?areaId=kim-lien")).json().code).toBe("NOT_FOUND");
    await author("DELETE", `/announcements/${mine}`);
    expect(await found({ q: "loc" }, province)).toEqual([theirs]);
    expect(await found({ q: "loc", state: "archived" }, province)).toEqual([mine]);
  });

  test("leaves out what has expired until it is asked for", async () => {
    const id = await made({ title: "Hết hạn mai", expiresAt: under.clock.now() + 60_000 });
    expect(await found({ q: "het han" })).toEqual([id]);
    expect(await found({ q: "het han", expired: "true" })).toEqual([]);
    await under.clock.advance(60_000);
    expect(await found({ q: "het han" })).toEqual([]);
    expect(await found({ q: "het han", expired: "true" })).toEqual([id]);
    expect(await found({ q: "het han", state: "draft" })).toEqual([id]);
  });
});

const SYLLABLE = fc.constantFrom(
  ..."xã phường thôn ấp Đảng đường điện nước họp trẻ lạc bão lụt tiêm chủng ngày mai 15 2026 Ươm ước".split(
    " ",
  ),
);
const GAP = fc.constantFrom(" ", ", ", "\n", " – ", "/", "“", "  ");
const TEXT = fc
  .array(fc.tuple(SYLLABLE, GAP), { minLength: 1, maxLength: 8 })
  .map((pairs) => pairs.flat().join("").slice(0, 180));

test("finds exactly what holds the beginning of each word", async () => {
  const database = await openDatabase(":memory:");
  const library = await libraryOf(database);
  await fc.assert(
    fc.asyncProperty(
      fc.array(TEXT, { minLength: 1, maxLength: 6 }),
      TEXT,
      fc.boolean(),
      async (texts, q, nfd) => {
        await database.deleteFrom("announcements").execute();
        for (const text of texts) await library.add(nfd ? text.normalize("NFD") : text);
        const wanted = wordsOf(q);
        const expected = texts.filter((text) =>
          wanted.every((word) => [...wordsOf(text), "lan"].some((one) => one.startsWith(word))),
        );
        const page = await announcementPage(database, { areaIds: null, q, now: 0, limit: 100 });
        expect(page.map(({ title }) => title.normalize("NFC")).sort()).toEqual(
          expected.map((text) => text.normalize("NFC")).sort(),
        );
      },
    ),
    { numRuns: 60 },
  );
  await database.destroy();
});

const wordsOf = (text: string) => plainText(text).match(/[\p{L}\p{N}]+/gu) ?? [];

test("a search costs at most in proportion to the number of announcements", {
  timeout: 120_000,
}, async () => {
  const [few, many] = [await costs(2_000), await costs(20_000)];
  for (const [search, ms] of many) expect(ms, search).toBeLessThan(12 * Math.max(2, few.get(search) ?? 0));
});

/** The processor time of each search, ms. */
async function costs(announcements: number): Promise<Map<string, number>> {
  const database = await openDatabase(":memory:");
  const library = await libraryOf(database);
  await library.fill(announcements);
  const commune = { areaIds: ["commune-7"], now: 1, limit: 101 };
  const everywhere = { areaIds: null, now: 1, limit: 101 };
  const many = { areaIds: Array.from({ length: 400 }, (_, n) => `commune-${n}`), now: 1, limit: 101 };
  const asked = [
    everywhere,
    commune,
    many,
    { ...everywhere, q: "tim kiem" },
    { ...commune, q: "tim kiem" },
    { ...commune, q: "t" },
    { ...many, q: "thong bao" },
    { ...everywhere, q: "zzz" },
    { ...everywhere, q: "bao 1999" },
    { ...everywhere, state: "submitted" as const },
    { ...commune, state: "submitted" as const },
    { ...commune, source: "recording" as const },
    { ...everywhere, source: "recording" as const },
    { ...everywhere, expired: true },
    { ...commune, before: `ann-${announcements / 2}` },
  ];
  const times = new Map<string, number>();
  for (const [n, page] of asked.entries()) {
    times.set(
      `${n} ${JSON.stringify({ ...page, areaIds: page.areaIds?.length })}`.replace(/ann-\d+/, ""),
      await costMs(() => announcementPage(database, page)),
    );
  }
  await database.destroy();
  return times;
}
