import { afterAll, beforeAll, expect, test } from "vitest";
import { approved, confirmed, proven, scheduled } from "../harness/announce.ts";
import type { Answer, Person } from "../harness/api.ts";
import { Commune } from "../harness/commune.ts";
import { heardAt } from "../harness/recording-at.ts";
import { decode, speech } from "../harness/sound.ts";
import { until } from "../harness/until.ts";

const STATION = "tram-cho-01";
const FIRST = "Ủy ban nhân dân xã thông báo. Sáng mai, từ bảy giờ, toàn xã tạm ngừng cấp điện.";
const SECOND = "Đính chính. Lịch cắt điện chuyển sang chiều mai, từ mười ba giờ đến mười bảy giờ.";

let commune: Commune;
let author: Person;
let approver: Person;
let announcement: Answer;

beforeAll(async () => {
  commune = await new Commune([{ id: STATION, crystalPpm: 20 }]).start();
  [author, approver] = await Promise.all([commune.person("xa"), commune.person("xa2")]);
  announcement = await approved(commune, "Cắt điện", speech(commune.folder, "first.mp3", FIRST), "first.mp3");
}, 150_000);

afterAll(() => commune?.stop());

const soundOf = async (version: number) =>
  decode(await author.bytes(`/announcements/${announcement.id}/versions/${version}/audio`));
const planned = async (): Promise<string[]> => {
  const { plan } = await author.get(`/stations/${STATION}`);
  return plan.segments.map(({ broadcastId }: Answer) => broadcastId);
};
const plays = async (inMs: number) => {
  const broadcast = await scheduled(author, announcement.id, [{ stationId: STATION }], inMs);
  await confirmed(author, broadcast.id);
  return broadcast;
};
/** Worst second of what a broadcast sounded like, beside a version. */
const like = async (broadcast: Answer, version: number) =>
  (await heardAt(commune, STATION, "z1", broadcast, await soundOf(version))).worst;

test("an approved version sounds; a submitted one does not; once approved, it does", {
  timeout: 180_000,
}, async () => {
  const first = await plays(6_000);
  expect((await proven(author, first.id, 1))[0]).toMatchObject({ outcome: "played" });
  expect(await like(first, 1)).toBeGreaterThan(0.9);

  await author.post(`/announcements/${announcement.id}/revisions`, { text: SECOND });
  const ready = await until("version 2 ready", 60_000, async () => {
    const now = await author.get(`/announcements/${announcement.id}`);
    return now.ingest.state === "ready" ? now : null;
  });
  expect(ready).toMatchObject({ version: 2, approvedVersion: 1, source: "speech" });
  await author.post(`/announcements/${announcement.id}/submit`);

  const second = await plays(6_000);
  const third = await plays(26_000);
  expect(await planned()).toEqual([second.id, third.id]);
  const { durationMs } = (await author.get(`/announcements/${announcement.id}/versions`)).items[1];
  expect(second.endAt - second.startAt).toBeCloseTo(durationMs, -1);
  await proven(author, second.id, 1);
  expect(await like(second, 1)).toBeGreaterThan(0.9);

  const { items } = await approver.get(`/announcements/${announcement.id}/versions`);
  expect(items.map(({ version, state }: Answer) => [version, state])).toEqual([
    [2, "submitted"],
    [1, "approved"],
  ]);
  await approver.post(`/announcements/${announcement.id}/approve?version=2`);
  await confirmed(author, third.id);
  expect((await proven(author, third.id, 1))[0]).toMatchObject({ outcome: "played" });
  expect(await like(third, 2)).toBeGreaterThan(0.9);
  expect(await like(third, 1)).toBeLessThan(0.5);
});
