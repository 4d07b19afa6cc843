import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { approved, confirmed, proven, scheduled } from "../harness/announce.ts";
import type { Answer } from "../harness/api.ts";
import { Commune } from "../harness/commune.ts";
import { heardAt } from "../harness/recording-at.ts";
import { decode, speech } from "../harness/sound.ts";
import { untilTime } from "../harness/until.ts";

const STATIONS = [
  { id: "tram-bac-01", crystalPpm: 30 },
  { id: "tram-nam-02", crystalPpm: -30 },
];
const TARGETS = STATIONS.map(({ id }) => ({ stationId: id }));

let commune: Commune;
let announcement: Answer;
let asset: Float32Array;

beforeAll(async () => {
  commune = await new Commune(STATIONS).start();
  const file = speech(
    commune.folder,
    "lich.wav",
    "Thông báo lịch họp xóm. Bảy giờ tối nay, mời bà con đến nhà văn hóa.",
  );
  announcement = await approved(commune, "Lịch họp", file, "lich.wav");
  asset = decode(await (await commune.person("xa")).bytes(`/announcements/${announcement.id}/audio`));
}, 120_000);

afterAll(() => commune?.stop());

test("what is planned sounds with no hub, also after the station itself was started anew, and its receipts arrive once the hub is back", async () => {
  const staff = await commune.person("xa");
  const broadcast = await scheduled(staff, announcement.id, TARGETS, 9_000);
  await confirmed(staff, broadcast.id);
  commune.part("hub").kill("SIGKILL");
  await commune.part("hub").ended;
  commune.part("tram-nam-02").kill("SIGKILL");
  await commune.part("tram-nam-02").ended;
  commune.startStation("tram-nam-02");

  for (const { id } of STATIONS) {
    await untilTime(broadcast.startAt + asset.length / 48 + 1_000);
    const heard = await heardAt(commune, id, "z1", broadcast, asset);
    expect(heard.worst).toBeGreaterThan(0.9);
    expect(Math.abs(heard.lateMs)).toBeLessThan(50);
  }
  await commune.startHub();
  const again = await commune.person("xa");
  const playouts = await proven(again, broadcast.id, STATIONS.length, 30_000);
  expect(playouts.map(({ outcome }) => outcome)).toEqual(["played", "played"]);
  // Receipts are sent again until answered: wait past a resend, and there is still one of each.
  await untilTime(Date.now() + 6_000);
  expect((await again.get(`/broadcasts/${broadcast.id}`)).playouts).toHaveLength(STATIONS.length);
});

test("a hub restored from a backup goes on planning: stations take its plans and sound", async () => {
  await commune.part("hub").stop();
  const kept = join(commune.folder, "backup.db");
  copyFileSync(join(commune.hubData, "hub.db"), kept);
  await commune.startHub();
  const later = await commune.person("xa");
  for (const inMs of [3_600_000, 7_200_000]) {
    const lost = await scheduled(later, announcement.id, TARGETS, inMs);
    await confirmed(later, lost.id);
  }
  await commune.part("hub").stop();
  for (const suffix of ["", "-wal", "-shm"])
    if (existsSync(join(commune.hubData, `hub.db${suffix}`)))
      rmSync(join(commune.hubData, `hub.db${suffix}`));
  copyFileSync(kept, join(commune.hubData, "hub.db"));
  await commune.startHub();

  const restored = await commune.person("xa");
  await Promise.all(STATIONS.map(({ id }) => commune.online(id)));
  const broadcast = await scheduled(restored, announcement.id, TARGETS, 6_000);
  await confirmed(restored, broadcast.id);
  const playouts = await proven(restored, broadcast.id, STATIONS.length, 60_000);
  expect(playouts.map(({ outcome }) => outcome)).toEqual(["played", "played"]);
});
