// long because: the story of three districts is told in one table of data
import type { Announcement } from "@loa/protocol/http/announcements";
import type { Area } from "@loa/protocol/http/areas";
import type { Broadcast, BroadcastDetail, BroadcastStation, Playout } from "@loa/protocol/http/broadcasts";
import type { Schedule } from "@loa/protocol/http/schedules";
import type { Role, User } from "@loa/protocol/http/session";
import type { Station, StationDetail } from "@loa/protocol/http/stations";

const MIN = 60_000;
const HOUR = 60 * MIN;
const TZ = 7 * HOUR;
export const now = (): number => Date.now();
const today = Math.floor((now() + TZ) / (24 * HOUR)) * 24 * HOUR - TZ;
export const at = (day: number, hhmm: string): number => {
  const [h, m] = hhmm.split(":").map(Number);
  return today + day * 24 * HOUR + h! * HOUR + m! * MIN;
};

const week = Object.fromEntries(
  ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((d) => [d, [["05:00", "21:00"]]]),
) as Area["envelope"] extends infer _ ? Record<string, [string, string][]> : never;

const area = (id: string, name: string, parentId: string | null, path: string[], stations: number): Area => ({
  id,
  name,
  parentId,
  path,
  timeZone: "Asia/Ho_Chi_Minh",
  envelope: parentId === null ? { windows: week, maxMinutesPerDay: 240, maxGainDb: 0 } : null,
  stations,
});
export const areas: Area[] = [
  area("nghe-an", "Tỉnh Nghệ An", null, ["nghe-an"], 8),
  area("nghi-loc", "Huyện Nghi Lộc", "nghe-an", ["nghe-an", "nghi-loc"], 5),
  area("nghi-kim", "Xã Nghi Kim", "nghi-loc", ["nghe-an", "nghi-loc", "nghi-kim"], 3),
  area("nghi-lien", "Xã Nghi Liên", "nghi-loc", ["nghe-an", "nghi-loc", "nghi-lien"], 2),
  area("trung-loc", "Xã Trung Lộc", "nghe-an", ["nghe-an", "trung-loc"], 3),
];

const people: [string, string, Role, string][] = [
  ["admin", "Quản trị hệ thống", "admin", "nghe-an"],
  ["tinh", "Nguyễn Thị Hạnh", "operator", "nghe-an"],
  ["huyen", "Trần Văn Dũng", "operator", "nghi-loc"],
  ["huyen2", "Lê Thị Mai", "operator", "nghi-loc"],
  ["xa", "Phạm Quang Huy", "staff", "nghi-kim"],
  ["xa2", "Hồ Thị Lan", "approver", "nghi-kim"],
  ["kythuat", "Đặng Minh Tuấn", "technician", "nghe-an"],
];
export const users: User[] = people.map(([username, name, role, areaId]) => ({
  id: `user-${username}`,
  name,
  username,
  role,
  areaId,
}));

const CENTRES: Record<string, [number, number]> = {
  "nghi-kim": [18.728, 105.661],
  "nghi-lien": [18.751, 105.633],
  "trung-loc": [18.812, 105.571],
};
/** Around the commune's middle, by the number in the id. */
const spot = (id: string, areaId: string): { lat: number; lon: number } => {
  const [lat, lon] = CENTRES[areaId] ?? [18.7, 105.6];
  const n = Number(id.slice(-2));
  return { lat: lat + Math.sin(n * 2.1) * 0.008, lon: lon + Math.cos(n * 2.1) * 0.008 };
};

const station = (id: string, name: string, areaId: string, over: Partial<Station> = {}): Station => ({
  id,
  name,
  areaId,
  status: "online",
  onAir: null,
  faults: [],
  planRevision: 42,
  planConfirmed: true,
  lastSeenAt: now() - 8_000,
  ...spot(id, areaId),
  zones: [
    { id: "z1", name: "Đường trục", horns: 4 },
    { id: "z2", name: "Ngõ chợ", horns: 2 },
  ],
  ...over,
});
export const stations: Station[] = [
  station("na-nghikim-01", "Nhà văn hóa xóm 1", "nghi-kim"),
  station("na-nghikim-02", "Chợ Nghi Kim", "nghi-kim"),
  station("na-nghikim-03", "Trạm y tế xã", "nghi-kim", {
    status: "degraded",
    faults: [{ code: "LINE_HORN_LOST", zone: "z1", since: at(0, "05:01"), value: 3, threshold: 4 }],
  }),
  station("na-nghilien-01", "Ủy ban xã Nghi Liên", "nghi-lien"),
  station("na-nghilien-02", "Xóm 6 – cầu Cấm", "nghi-lien", {
    status: "offline",
    planConfirmed: false,
    lastSeenAt: at(0, "04:12"),
    faults: [{ code: "OFFLINE", since: at(0, "04:12") }],
  }),
  station("na-trungloc-01", "Ngã ba Trung Lộc", "trung-loc"),
  station("na-trungloc-02", "Trường tiểu học", "trung-loc", {
    faults: [{ code: "DOOR_OPEN", since: now() - 12 * MIN }],
  }),
  station("na-trungloc-03", "Xóm Nam Sơn", "trung-loc", { status: "maintenance" }),
];

const announcement = (n: number, title: string, over: Partial<Announcement> = {}): Announcement => ({
  id: `ann-${n}`,
  title,
  areaId: "nghi-kim",
  state: "approved",
  ingest: { state: "ready", progress: 1 },
  durationMs: 185_000,
  loudnessLufs: -16.1,
  truePeakDb: -1.6,
  sourceLoudnessLufs: -22.4,
  sourceName: "ban-tin.mp3",
  sha256: "a".repeat(64),
  bytes: 1_480_000,
  createdBy: { id: "user-xa", name: "Phạm Quang Huy" },
  createdAt: at(-1, "09:20"),
  decidedBy: { id: "user-xa2", name: "Hồ Thị Lan" },
  decidedAt: at(-1, "10:05"),
  ...over,
});
const undecided = { decidedBy: undefined, decidedAt: undefined } as unknown as Partial<Announcement>;
export const announcements: Announcement[] = [
  announcement(1, "Bản tin chiều thứ Hai"),
  announcement(2, "Thông báo lịch tiêm phòng cho trẻ dưới 5 tuổi tại Trạm y tế xã", {
    ...undecided,
    state: "submitted",
    sourceLoudnessLufs: -33,
    durationMs: 74_000,
    createdAt: now() - 3 * HOUR,
  }),
  announcement(3, "Lịch cắt điện xóm 4, xóm 5", {
    ...undecided,
    state: "draft",
    durationMs: 41_000,
    sourceLoudnessLufs: -7.5,
    createdAt: now() - 40 * MIN,
  }),
  announcement(4, "Mời họp phụ huynh", {
    state: "rejected",
    reason: "Tiếng ồn nền quá lớn, không nghe rõ giờ họp. Đề nghị thu lại.",
    durationMs: 52_000,
    sourceLoudnessLufs: -41,
  }),
  announcement(5, "Thu gom rác thải nhựa", {
    ...undecided,
    state: "draft",
    ingest: { state: "failed", progress: 0.2, code: "AUDIO_TRUNCATED" },
    createdAt: now() - 15 * MIN,
  }),
  announcement(6, "Nhạc hiệu và chương trình buổi sáng", {
    durationMs: 1_500_000,
    createdAt: at(-20, "08:00"),
  }),
  announcement(7, "Hướng dẫn phòng cháy mùa hanh khô", {
    ...undecided,
    state: "submitted",
    createdBy: { id: "user-xa2", name: "Hồ Thị Lan" },
    createdAt: now() - 5 * HOUR,
  }),
  announcement(8, "Tết Trung thu 2026", { state: "archived", createdAt: at(-60, "08:00") }),
];

const schedule = (
  n: number,
  title: string,
  start: number,
  rrule: string | undefined,
  over: Partial<Schedule> = {},
): Schedule => ({
  id: `sch-${n}`,
  title,
  targets: [{ areaId: "nghe-an" }],
  programme: { items: [{ announcementId: "ann-1" }] },
  start: new Date(start).toISOString(),
  ...(rrule && { rrule }),
  timeZone: "Asia/Ho_Chi_Minh",
  priority: "scheduled",
  chime: true,
  durationMs: 187_400,
  stations: 8,
  createdBy: { id: "user-xa", name: "Phạm Quang Huy" },
  nextOccurrences: [new Date(start).toISOString()],
  ...over,
});
export const schedules: Schedule[] = [
  schedule(1, "Bản tin sáng", at(1, "05:00"), "FREQ=DAILY", {
    durationMs: 1_500_000,
    programme: { items: [{ announcementId: "ann-6" }] },
  }),
  schedule(2, "Bản tin chiều", at(0, "17:00"), "FREQ=DAILY"),
  schedule(3, "Nhắc lịch tiêm phòng", at(1, "06:30"), "FREQ=WEEKLY;BYDAY=TU,TH", {
    targets: [{ areaId: "nghi-kim" }],
    stations: 3,
    priority: "urgent",
  }),
];

const zero = {
  stations: 8,
  confirmed: 0,
  unconfirmed: 0,
  onAir: 0,
  played: 0,
  partial: 0,
  failed: 0,
  stopped: 0,
};
const broadcast = (
  id: string,
  scheduleId: string,
  title: string,
  start: number,
  ms: number,
  over: Partial<Broadcast>,
): Broadcast => ({
  id,
  scheduleId,
  title,
  startAt: start,
  endAt: start + ms,
  state: "planned",
  priority: "scheduled",
  counts: { ...zero, confirmed: 7, unconfirmed: 1 },
  ...over,
});
export const broadcasts: Broadcast[] = [
  ...[-6, -5, -4, -3, -2, -1].map((d) =>
    broadcast(`bc-m${d}`, "sch-1", "Bản tin sáng", at(d, "05:00"), 1_500_000, {
      state: "done",
      counts: { ...zero, played: 8 },
    }),
  ),
  ...[-6, -5, -4, -3, -2, -1].map((d) =>
    broadcast(`bc-a${d}`, "sch-2", "Bản tin chiều", at(d, "17:00"), 187_400, {
      state: "done",
      counts: { ...zero, played: 8 },
    }),
  ),
  broadcast("bc-1", "sch-1", "Bản tin sáng", at(0, "05:00"), 1_500_000, {
    state: "done",
    counts: { ...zero, played: 6, partial: 1, failed: 1 },
  }),
  broadcast("bc-2", "sch-3", "Thông báo lịch tiêm phòng", now() - 95_000, 240_000, {
    state: "onAir",
    priority: "urgent",
    counts: { ...zero, onAir: 7, failed: 1 },
  }),
  broadcast("bc-3", "sch-2", "Bản tin chiều", at(0, "17:00"), 187_400, {
    state: now() > at(0, "17:00") ? "done" : "planned",
  }),
  broadcast("bc-4", "sch-4", "Thời sự tối", at(0, "19:30"), 600_000, {}),
  ...[1, 2, 3, 4, 5, 6].map((d) =>
    broadcast(`bc-n${d}`, "sch-1", "Bản tin sáng", at(d, "05:00"), 1_500_000, {}),
  ),
  ...[1, 2, 3, 4, 5, 6].map((d) =>
    broadcast(`bc-o${d}`, "sch-2", "Bản tin chiều", at(d, "17:00"), 187_400, {}),
  ),
  broadcast("bc-5", "sch-3", "Nhắc lịch tiêm phòng", at(1, "06:30"), 80_000, {
    counts: { ...zero, stations: 3, confirmed: 3 },
    priority: "urgent",
  }),
];
for (const s of stations)
  if (s.status !== "offline" && s.status !== "maintenance")
    s.onAir = { broadcastId: "bc-2", segment: 0, priority: "urgent", since: now() - 95_000 };

export const playout = (
  stationId: string,
  broadcastId: string,
  start: number,
  ms: number,
  over: Partial<Playout> = {},
): Playout => ({
  receiptId: `rc-${stationId}-${broadcastId}`,
  stationId,
  broadcastId,
  segment: 0,
  zones: ["z1", "z2"],
  outcome: "played",
  scheduledAt: start,
  startedAt: start + 4,
  endedAt: start + ms,
  startErrorMs: 4.2,
  clockErrorMs: 3.1,
  samplesRendered: ms * 48,
  samplesPlanned: ms * 48,
  gainDb: -6,
  line: [
    { zone: "z1", volts: 71.4, amps: 0.143, ohms: 499, hornsEstimated: 4 },
    { zone: "z2", volts: 71.3, amps: 0.071, ohms: 1004, hornsEstimated: 2 },
  ],
  receivedAt: start + ms + 900,
  ...over,
});

export function broadcastDetail(b: Broadcast): BroadcastDetail {
  const ms = b.endAt - b.startAt;
  const rows: BroadcastStation[] = stations.map((s, i) => {
    const base = { stationId: s.id, name: s.name, areaId: s.areaId };
    const offline = s.status === "offline";
    if (b.state === "planned")
      return offline
        ? { ...base, state: "unconfirmed", code: "OFFLINE", playouts: [] }
        : { ...base, state: "confirmed", playouts: [] };
    if (b.state === "onAir")
      return offline
        ? { ...base, state: "unconfirmed", code: "OFFLINE", playouts: [] }
        : { ...base, state: "onAir", playouts: [] };
    if (i === 4)
      return {
        ...base,
        state: "done",
        playouts: [
          playout(s.id, b.id, b.startAt, ms, {
            outcome: "missed",
            code: "PLAYOUT_MISSED",
            startedAt: null,
            startErrorMs: null,
            samplesRendered: 0,
            line: [],
          }),
        ],
      };
    if (i === 2)
      return {
        ...base,
        state: "done",
        playouts: [
          playout(s.id, b.id, b.startAt, ms, {
            outcome: "partial",
            code: "INTERRUPTED",
            startErrorMs: 38,
            samplesRendered: Math.round(ms * 48 * 0.63),
            line: [
              { zone: "z1", volts: 70.9, amps: 0.106, ohms: 667, hornsEstimated: 3 },
              { zone: "z2", volts: 71.3, amps: 0.071, ohms: 1004, hornsEstimated: 2 },
            ],
          }),
        ],
      };
    return {
      ...base,
      state: "done",
      playouts: [playout(s.id, b.id, b.startAt, ms, { startErrorMs: i * 2.3 - 5 })],
    };
  });
  return {
    ...b,
    announcements: [{ id: "ann-1", title: "Bản tin chiều thứ Hai", durationMs: 185_000 }],
    stations: rows,
    playouts: rows.flatMap((r) => r.playouts),
  };
}

export function stationDetail(s: Station): StationDetail {
  const offline = s.status === "offline";
  const m = (value: number) => ({ value, at: now() - 4_000 });
  const airs = s.onAir !== null;
  return {
    ...s,
    software: "loa-controller 0.1.0",
    health: {
      at: offline ? (s.lastSeenAt ?? 0) : now() - 4_000,
      onAir: s.onAir,
      board: "ready",
      amplifier: airs,
      zonesClosed: airs ? ["z1", "z2"] : [],
      readings: {
        outputVolts: m(airs ? 71.2 : 0.3),
        zoneAmps: { z1: m(airs ? (s.status === "degraded" ? 0.106 : 0.143) : 0), z2: m(airs ? 0.071 : 0) },
        mainsVolts: m(221.4),
        batteryVolts: m(13.4),
        temperature: m(38.2),
        doorOpen: s.faults.some((f) => f.code === "DOOR_OPEN"),
      },
      clock: { synchronised: true, errorMs: 3.4, offsetMs: 812, source: "hub" },
      audio: {
        state: "running",
        delayMs: 42,
        errorMs: 0.8,
        steeringPpm: 12,
        jumps: 0,
        underruns: 0,
        restarts: 0,
      },
      storageFreeBytes: 12.4e9,
      rssBytes: 84e6,
    },
    plan: {
      wanted: { hubEpoch: 1, revision: 43, validUntil: at(7, "00:00") },
      confirmed: { hubEpoch: 1, revision: offline ? 39 : 43, validUntil: at(7, "00:00") },
      segments: broadcasts
        .filter((b) => b.startAt > now() && b.startAt < now() + 24 * HOUR)
        .map((b) => ({
          broadcastId: b.id,
          segment: 0,
          title: b.title,
          startAt: b.startAt,
          durationMs: b.endAt - b.startAt,
        })),
    },
    playouts: broadcasts
      .filter((b) => b.state === "done")
      .sort((a, b) => b.startAt - a.startAt)
      .map((b) =>
        playout(
          s.id,
          b.id,
          b.startAt,
          b.endAt - b.startAt,
          offline && b.id === "bc-1"
            ? {
                outcome: "missed",
                code: "PLAYOUT_MISSED",
                startedAt: null,
                startErrorMs: null,
                samplesRendered: 0,
                line: [],
              }
            : {},
        ),
      ),
  };
}
