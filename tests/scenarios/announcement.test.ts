import { afterAll, beforeAll, expect, test } from "vitest";
import { approved, confirmed, proven, scheduled } from "../harness/announce.ts";
import type { Answer, Person } from "../harness/api.ts";
import { Commune } from "../harness/commune.ts";
import { type Recording, recordingsOf } from "../harness/recordings.ts";
import { compare, decode, speech } from "../harness/sound.ts";
import { until } from "../harness/until.ts";

const STATIONS = [
  { id: "tram-cho-01", crystalPpm: 70 },
  { id: "tram-dinh-02", crystalPpm: -60 },
  { id: "tram-cau-03", crystalPpm: 5 },
];
const TEXT =
  "Ủy ban nhân dân xã thông báo. Sáng mai, từ sáu giờ đến mười giờ, toàn xã tạm ngừng cấp điện để sửa chữa đường dây. Đề nghị bà con chủ động.";

let commune: Commune;
let staff: Person;
let announcement: Answer;
let asset: Float32Array;

beforeAll(async () => {
  commune = await new Commune(STATIONS).start();
  staff = await commune.person("xa");
  announcement = await approved(
    commune,
    "Cắt điện ngày mai",
    speech(commune.folder, "cat-dien.mp3", TEXT),
    "cat-dien.mp3",
  );
  asset = decode(await staff.bytes(`/announcements/${announcement.id}/audio`));
}, 120_000);

afterAll(() => commune?.stop());

test("an announcement sounds whole and on time out of every zone, and every station proves it", async () => {
  const broadcast = await scheduled(
    staff,
    announcement.id,
    STATIONS.map(({ id }) => ({ stationId: id })),
    8_000,
  );
  await confirmed(staff, broadcast.id);
  const playouts = await proven(staff, broadcast.id, STATIONS.length);

  for (const playout of playouts) {
    expect(playout).toMatchObject({ outcome: "played", samplesRendered: playout.samplesPlanned });
    expect(playout.line.map(({ hornsEstimated }: Answer) => hornsEstimated)).toEqual([4, 3]);
  }
  const lateMs: number[] = [];
  for (const { id } of STATIONS)
    for (const zone of ["z1", "z2"]) {
      const recording = await recordingAt(id, zone, broadcast.startAt);
      const expected = ((broadcast.startAt * 1_000 - recording.firstSampleAtUs) / 1e6) * recording.sampleRate;
      const heard = compare(recording.samples, asset, Math.round(expected));
      expect(Math.min(...heard.windows.filter((correlation) => !Number.isNaN(correlation)))).toBeGreaterThan(
        0.9,
      );
      expect(Math.abs(heard.lengthErrorMs)).toBeLessThan(20);
      expect(heard.outsideDb).toBeLessThan(-60);
      lateMs.push(Math.abs((heard.offset - expected) / 48));
    }
  lateMs.sort((a, b) => a - b);
  expect(lateMs[Math.floor(lateMs.length / 2)]).toBeLessThan(5);
  expect(lateMs.at(-1)).toBeLessThan(50);
});

/** The recording of a zone that holds a moment. */
function recordingAt(id: string, zone: string, at: number): Promise<Recording> {
  return until(`recording of ${id}/${zone}`, 15_000, () =>
    recordingsOf(commune.simData, id, zone).find(
      ({ firstSampleAtUs, samples }) =>
        firstSampleAtUs <= at * 1_000 && firstSampleAtUs + samples.length * 20.9 > at * 1_000,
    ),
  );
}
