import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DashboardEvent } from "@loa/protocol/http/events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { approve, soundForm, uploaded } from "../testing/announcing.ts";
import { type Ask, type DeskUnderTest, deskUnderTest } from "../testing/desk-under-test.ts";
import { speak } from "../testing/recordings.ts";

let under: DeskUnderTest;
let author: Ask;
let approver: Ask;
let first: Buffer;
let second: Buffer;
beforeAll(async () => {
  under = await deskUnderTest();
  [author, approver] = [await under.as("xa"), await under.as("xa2")];
  const folder = join(under.config.data, "made");
  first = readFileSync(speak(folder, "first.wav", "Sáng mai cắt điện từ bảy giờ."));
  second = readFileSync(speak(folder, "second.wav", "Chiều mai cắt điện từ mười ba giờ, đến mười bảy giờ."));
});
afterAll(() => under.close());

const record = (id: string) => under.desk.registry.announcement(id);
const get = async (path: string, ask = author) => (await ask("GET", `/announcements/${path}`)).json();
const post = async (path: string, body?: object | FormData, ask = author) =>
  (await ask("POST", `/announcements/${path}`, body)).json();
const revised = async (id: string, body: object | FormData, ask = author) => {
  const answer = await ask("POST", `/announcements/${id}/revisions`, body);
  expect(answer.statusCode).toBe(201);
  await under.desk.queue.idle();
  return get(id);
};
const approvedOne = async (title = "Cắt điện") => {
  const { id } = await uploaded(under, author, first, { title });
  return approve(author, approver, id);
};
/** Counts what planning is told while `work` runs. */
const told = async (id: string, work: () => Promise<unknown>) => {
  let times = 0;
  under.desk.registry.onChange((change) => {
    if (change.kind === "announcement" && change.id === id) times++;
  });
  await work();
  return times;
};

describe("a new version of an approved announcement", () => {
  test("changes nothing that stations play until somebody else approves it", async () => {
    const one = await approvedOne();
    const before = await record(one.id);
    expect(before).toMatchObject({ state: "approved", sha256: one.sha256 });

    let next = one;
    const changes = await told(one.id, async () => {
      next = await revised(one.id, soundForm(second, { title: "Cắt điện chiều mai" }));
      await post(`${one.id}/submit`);
    });
    expect(next).toMatchObject({
      version: 2,
      approvedVersion: 1,
      state: "draft",
      title: "Cắt điện chiều mai",
    });
    expect(next.sha256).not.toBe(one.sha256);
    expect(await record(one.id)).toEqual(before);
    expect(changes).toBe(0);

    expect(await told(one.id, () => post(`${one.id}/approve`, undefined, approver))).toBe(1);
    expect(await record(one.id)).toMatchObject({
      state: "approved",
      title: "Cắt điện chiều mai",
      sha256: next.sha256,
      bytes: next.bytes,
      durationMs: next.durationMs,
    });
    expect(await get(one.id)).toMatchObject({ version: 2, approvedVersion: 2, state: "approved" });
  });

  test("that is rejected leaves the approved one in force", async () => {
    const one = await approvedOne();
    await revised(one.id, soundForm(second));
    await post(`${one.id}/submit`);
    const rejected = await post(`${one.id}/reject`, { reason: "Sai giờ" }, approver);
    expect(rejected).toMatchObject({ state: "rejected", reason: "Sai giờ", approvedVersion: 1 });
    expect(await record(one.id)).toMatchObject({ state: "approved", sha256: one.sha256 });
  });

  test("is approved by another than who made it, though the first author may", async () => {
    const one = await approvedOne();
    await revised(one.id, soundForm(second), approver);
    await post(`${one.id}/submit`);
    expect((await post(`${one.id}/approve`, undefined, approver)).code).toBe("SAME_PERSON");
    expect(await post(`${one.id}/approve`, undefined, await under.as("huyen"))).toMatchObject({
      state: "approved",
      createdBy: { id: "user-xa2" },
      decidedBy: { id: "user-huyen" },
    });
  });

  test("is not approved by who has listened to the one before", async () => {
    const one = await approvedOne();
    await revised(one.id, soundForm(second));
    await post(`${one.id}/submit`);
    await revised(one.id, soundForm(first));
    await post(`${one.id}/submit`);
    expect((await post(`${one.id}/approve?version=2`, undefined, approver)).code).toBe("CONFLICT");
    expect(await post(`${one.id}/approve?version=3`, undefined, approver)).toMatchObject({
      approvedVersion: 3,
    });
  });

  test("may be only another title: the sound stays, its peaks too", async () => {
    const one = await approvedOne();
    const next = await revised(one.id, { title: "Cắt điện ngày kia" });
    expect(next).toMatchObject({
      version: 2,
      state: "draft",
      title: "Cắt điện ngày kia",
      sha256: one.sha256,
      ingest: { state: "ready" },
    });
    expect(await get(`${one.id}/peaks?version=2`)).toEqual(await get(`${one.id}/peaks?version=1`));
    expect((await post(`${one.id}/revisions`, {})).code).toBe("BAD_REQUEST");
  });

  test("is dropped on going back, and its number is not given again", async () => {
    const one = await approvedOne();
    expect((await post(`${one.id}/revert`)).code).toBe("CONFLICT");
    await revised(one.id, soundForm(second));
    expect(await post(`${one.id}/revert`)).toMatchObject({
      version: 1,
      state: "approved",
      sha256: one.sha256,
    });
    const { items } = await get(`${one.id}/versions`);
    expect(items.map(({ version, state }: { version: number; state: string }) => [version, state])).toEqual([
      [2, "archived"],
      [1, "approved"],
    ]);
    expect(await revised(one.id, soundForm(second))).toMatchObject({ version: 3, approvedVersion: 1 });
    expect((await get(`${one.id}/diff`)).from.version).toBe(1);
  });

  test("of a draft that was never approved cannot be gone back from", async () => {
    const { id } = await uploaded(under, author, first, { title: "Nháp" });
    await revised(id, soundForm(second));
    expect((await post(`${id}/revert`)).code).toBe("CONFLICT");
  });
});

describe("versions", () => {
  test("are listed, heard and pictured one by one", async () => {
    const one = await approvedOne();
    const next = await revised(one.id, soundForm(second));
    const { items } = await get(`${one.id}/versions`);
    expect(items).toMatchObject([
      { version: 2, sha256: next.sha256, createdBy: { id: "user-xa" } },
      { version: 1, sha256: one.sha256, decidedBy: { id: "user-xa2" } },
    ]);
    const bytes = async (path: string) =>
      (await author("GET", `/announcements/${one.id}/${path}`)).rawPayload;
    expect((await bytes("versions/1/audio")).length).toBe(one.bytes);
    expect((await bytes("audio?version=1")).equals(await bytes("versions/1/audio"))).toBe(true);
    expect((await bytes("audio")).equals(await bytes("versions/2/audio"))).toBe(true);
    expect((await get(`${one.id}/peaks?version=1`)).peaks).not.toEqual((await get(`${one.id}/peaks`)).peaks);
    expect((await get(`${one.id}/versions/7/audio`)).code).toBe("NOT_FOUND");
  });

  test("are of nobody's business outside the area", async () => {
    const elsewhere = soundForm(first, { title: "Ở Kim Liên", areaId: "kim-lien" });
    const { id } = (await (await under.as("tinh"))("POST", "/announcements", elsewhere)).json();
    for (const path of ["versions", "diff", "versions/1/audio", "peaks"])
      expect((await get(`${id}/${path}`)).code).toBe("NOT_FOUND");
    expect((await post(`${id}/revisions`, { title: "Khác" })).code).toBe("NOT_FOUND");
    await under.desk.queue.idle();
  });
});

describe("the diff", () => {
  test("of a first version stands against nothing, of a later one against the approved", async () => {
    const one = await approvedOne("Cắt điện sáng mai");
    expect(await get(`${one.id}/diff`)).toMatchObject({ from: null, to: { version: 1 }, soundChanged: true });
    await revised(one.id, { title: "Cắt điện chiều mai" });
    expect(await get(`${one.id}/diff`)).toMatchObject({
      from: { version: 1 },
      to: { version: 2 },
      soundChanged: false,
      title: [
        { change: "same", text: "Cắt điện " },
        { change: "removed", text: "sáng" },
        { change: "added", text: "chiều" },
        { change: "same", text: " mai" },
      ],
    });
  });

  test("of one that was never approved stands against what was last submitted", async () => {
    const { id } = await uploaded(under, author, first, { title: "Một" });
    await post(`${id}/submit`);
    await post(`${id}/reject`, { reason: "Sai" }, approver);
    await revised(id, { title: "Hai" });
    await revised(id, { title: "Ba" });
    expect(await get(`${id}/diff`)).toMatchObject({
      from: { version: 1, title: "Một" },
      to: { title: "Ba" },
    });
  });
});

describe("the archive", () => {
  test("silences at once, and gives back what was there before", async () => {
    const one = await approvedOne();
    await revised(one.id, soundForm(second));
    expect(await told(one.id, () => author("DELETE", `/announcements/${one.id}`))).toBe(1);
    expect(await record(one.id)).toMatchObject({ state: "archived" });
    for (const step of ["submit", "revert"]) expect((await post(`${one.id}/${step}`)).code).toBe("CONFLICT");
    expect((await post(`${one.id}/revisions`, { title: "x" })).code).toBe("CONFLICT");

    const back = await post(`${one.id}/restore`);
    expect(back).toMatchObject({ version: 2, state: "draft", approvedVersion: 1 });
    expect(await record(one.id)).toMatchObject({ state: "approved", sha256: one.sha256 });
    expect((await post(`${one.id}/restore`)).code).toBe("CONFLICT");
  });
});

describe("an end", () => {
  test("is set, moved and taken away, and planning hears of it", async () => {
    const one = await approvedOne();
    const at = under.clock.now() + 3_600_000;
    expect((await author("PATCH", `/announcements/${one.id}`, { expiresAt: at })).json()).toMatchObject({
      expiresAt: at,
      state: "approved",
    });
    expect(await record(one.id)).toMatchObject({ expiresAt: at });
    expect(await told(one.id, () => author("PATCH", `/announcements/${one.id}`, { expiresAt: null }))).toBe(
      1,
    );
    expect((await get(one.id)).expiresAt).toBeUndefined();
  });

  test("that has passed is refused in a new announcement", async () => {
    const form = soundForm(first, { title: "Muộn", expiresAt: under.clock.now() - 1 });
    expect((await author("POST", "/announcements", form)).json().code).toBe("BAD_REQUEST");
  });
});

test("every step is audited with its version and told to dashboards", async () => {
  const events: DashboardEvent[] = [];
  const publish = under.desk.events.publish.bind(under.desk.events);
  under.desk.events.publish = (event, areas) => {
    events.push(event);
    publish(event, areas);
  };
  const one = await approvedOne();
  await revised(one.id, soundForm(second));
  await post(`${one.id}/revert`);
  await author("DELETE", `/announcements/${one.id}`);
  await post(`${one.id}/restore`);
  const entries = (await under.desk.audit.page(undefined, 100)).filter(({ subject }) => subject === one.id);
  expect(entries.map(({ action }) => action).reverse()).toEqual(
    ["create", "submitted", "approved", "revise", "revert", "archived", "restore"].map(
      (step) => `announcement.${step}`,
    ),
  );
  expect(JSON.parse(entries.at(-3)!.detailJson)).toMatchObject({ version: 1, sha256: one.sha256 });
  const seen = events.flatMap((event) =>
    event.kind === "announcement" && event.announcement.id === one.id ? [event.announcement.state] : [],
  );
  expect(new Set(seen)).toEqual(new Set(["draft", "submitted", "approved", "archived"]));
  expect(seen.at(-1)).toBe("approved");
});

test("a revision that is sent again with its key is one version, also after a crash between the writing and the answer", async () => {
  const one = await approvedOne();
  const key = { "idempotency-key": "revision-1" };
  const send = () => author("POST", `/announcements/${one.id}/revisions`, soundForm(second), key);
  expect((await send()).json().version).toBe(2);
  expect((await send()).json().version).toBe(2);
  await under.desk.database.deleteFrom("idempotency").execute();
  expect((await send()).json().version).toBe(2);
  const form = () => soundForm(first, { title: "Một lần" });
  const created = (await author("POST", "/announcements", form(), { "idempotency-key": "create-1" })).json();
  await under.desk.database.deleteFrom("idempotency").execute();
  const again = (await author("POST", "/announcements", form(), { "idempotency-key": "create-1" })).json();
  expect(again.id).toBe(created.id);
  await under.desk.queue.idle();
});
