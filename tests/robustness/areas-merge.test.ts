import { afterAll, beforeAll, expect, test } from "vitest";
import { approved, confirmed, proven, scheduled } from "../harness/announce.ts";
import type { Answer, Person } from "../harness/api.ts";
import { Commune } from "../harness/commune.ts";
import { judged, recordingAt } from "../harness/recording-at.ts";
import { decode, speech } from "../harness/sound.ts";
import { until, untilTime } from "../harness/until.ts";

const ID = "tram-cho-01";
const FROM = "vinh-tan";
const INTO = "kim-lien";
const TEXT =
  "Ủy ban nhân dân phường thông báo. Từ ngày mai, phường ta sáp nhập vào xã Kim Liên. Giấy tờ đã cấp vẫn còn giá trị.";

let commune: Commune;
let admin: Person;
let staff: Person;
let announcement: Answer;
let asset: Float32Array;

beforeAll(async () => {
  commune = await new Commune([{ id: ID }]).start();
  [admin, staff] = [await commune.person("admin"), await commune.person("xa")];
  const file = speech(commune.folder, "sap-nhap.mp3", TEXT);
  announcement = await approved(commune, "Sáp nhập phường", file, "sap-nhap.mp3");
  asset = decode(await staff.bytes(`/announcements/${announcement.id}/audio`));
}, 150_000);
afterAll(() => commune.stop());

const station = () => admin.get(`/stations/${ID}`);
const kinds = async (path: string) =>
  (await admin.get(`${path}/history`)).items.map(({ kind }: Answer) => kind);
/** The station has taken the plan that the hub made since `revision`. */
const holdsNewer = (revision: number) =>
  until("the plan of its new place", 20_000, async () => {
    const { planConfirmed, planRevision, status } = await station();
    return planConfirmed && planRevision > revision && status === "online" ? true : null;
  });

/** What was heard of a broadcast at the horns, against what was approved. */
async function soundsWhole(broadcast: Answer): Promise<void> {
  const [playout] = await proven(staff, broadcast.id, 1);
  expect(playout).toMatchObject({ outcome: "played", samplesRendered: playout.samplesPlanned });
  expect(Math.abs(playout.startErrorMs)).toBeLessThan(50);
  const recording = await recordingAt(commune, ID, "z1", broadcast.startAt);
  const heard = judged(recording, asset, broadcast.startAt);
  expect(heard.worst).toBeGreaterThan(0.9);
}

test("a station plays on while its area moves in the tree, and takes the plan of its new place", async () => {
  const areas = (await admin.get("/areas")).items as Answer[];
  const { parentId } = areas.find(({ id }) => id === FROM);
  const other = areas.find(({ id }) => id === INTO).parentId;
  expect(other).not.toBe(parentId);
  const broadcast = await scheduled(staff, announcement.id, [{ areaId: FROM }], 6_000);
  await confirmed(staff, broadcast.id);
  const { planRevision } = await station();
  await untilTime(broadcast.startAt + 2_000);
  const moved = await admin.patch(`/areas/${FROM}`, { parentId: other });
  expect(moved.path.slice(-2)).toEqual([other, FROM]);
  await holdsNewer(planRevision);
  await soundsWhole(broadcast);
  expect(await kinds(`/areas/${FROM}`)).toEqual(["moved"]);
});

test("a station whose area goes up in another sounds what was scheduled for it, and brings its history along", async () => {
  const before = (await station()).playouts.map(({ broadcastId }: Answer) => broadcastId);
  const broadcast = await scheduled(staff, announcement.id, [{ areaId: FROM }], 9_000);
  await confirmed(staff, broadcast.id);
  const { planRevision } = await station();
  const merged = await admin.post(`/areas/${FROM}/merge`, { into: INTO, name: "Xã Vinh Liên" });
  expect(merged).toMatchObject({ id: INTO, name: "Xã Vinh Liên", stations: 1 });
  await holdsNewer(planRevision);
  expect(Date.now()).toBeLessThan(broadcast.startAt);
  await soundsWhole(broadcast);
  const { areaId, playouts } = await station();
  expect(areaId).toBe(INTO);
  expect(playouts.map(({ broadcastId }: Answer) => broadcastId)).toEqual([broadcast.id, ...before]);
  expect(await kinds(`/stations/${ID}`)).toEqual(["moved", "enrolled", "registered"]);
  expect(await kinds(`/areas/${FROM}`)).toEqual(["merged", "moved"]);
});

test("the people of the area that went up work on in the one it went up in, and its station can be commanded there", async () => {
  const { user } = await staff.get("/me");
  expect(user.areaId).toBe(INTO);
  expect((await staff.get("/announcements")).items).toMatchObject([{ id: announcement.id, areaId: INTO }]);
  const broadcast = await scheduled(staff, announcement.id, [{ areaId: INTO }], 6_000);
  await confirmed(staff, broadcast.id);
  await untilTime(broadcast.startAt + 2_000);
  expect(await staff.post("/stop", { areaId: INTO })).toMatchObject({ stations: 1 });
  const [playout] = await proven(staff, broadcast.id, 1, 10_000);
  expect(playout).toMatchObject({ outcome: "stopped", code: "STOPPED" });
});
