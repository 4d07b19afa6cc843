import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "@loa/kernel/log";
import { hours } from "@loa/kernel/units";
import type { Role } from "@loa/protocol/http/session";
import type { AreaId } from "@loa/protocol/identity";
import { type TimeEnvelope, WEEKDAYS } from "@loa/protocol/time-envelope";
import type { HubConfig } from "./config.ts";
import { DEFAULT_ENVELOPE } from "./core/envelope.ts";
import { hashPassword } from "./http/passwords.ts";
import type { StationRecord } from "./ports.ts";
import type { Database } from "./store/database.ts";
import { ifStoreTakes } from "./store/if-store-takes.ts";
import type { DeskRegistry } from "./store/registry.ts";
import { users } from "./store/repositories/users.ts";

const PROVINCE = { id: "nghe-an", name: "Tỉnh Nghệ An" };

const DISTRICTS = [
  { id: "vinh", name: "Thành phố Vinh" },
  { id: "dien-chau", name: "Huyện Diễn Châu" },
  { id: "nam-dan", name: "Huyện Nam Đàn" },
] as const;

/** One commune of each district, beside its seat; positions in degrees WGS 84. */
const COMMUNES = [
  {
    id: "vinh-tan",
    parentId: "vinh",
    name: "Phường Vinh Tân",
    lat: 18.662,
    lon: 105.676,
    places: ["Chợ Quán Lau", "Nhà văn hóa khối 4", "Cầu Cửa Tiền"],
  },
  {
    id: "dien-hong",
    parentId: "dien-chau",
    name: "Xã Diễn Hồng",
    lat: 18.992,
    lon: 105.573,
    places: ["Chợ Dàn", "Ngã ba xóm 6", "Trạm y tế"],
  },
  {
    id: "kim-lien",
    parentId: "nam-dan",
    name: "Xã Kim Liên",
    lat: 18.679,
    lon: 105.554,
    places: ["Làng Sen", "Hoàng Trù", "Chợ Cầu"],
  },
] as const;

const ZONES = [
  { id: "z1", name: "Hướng chợ", horns: 4 },
  { id: "z2", name: "Hướng khu dân cư", horns: 3 },
];

const ACCOUNTS: readonly { username: string; name: string; role: Role; areaId: string }[] = [
  { username: "admin", name: "Quản trị hệ thống", role: "admin", areaId: PROVINCE.id },
  { username: "admin2", name: "Đỗ Thị Thu (quản trị, người thứ hai)", role: "admin", areaId: PROVINCE.id },
  { username: "tinh", name: "Nguyễn Thị Hòa (đài tỉnh)", role: "operator", areaId: PROVINCE.id },
  { username: "huyen", name: "Trần Văn Bình (trực thành phố)", role: "operator", areaId: DISTRICTS[0].id },
  { username: "huyen2", name: "Lê Thị Mai (trực thành phố)", role: "operator", areaId: DISTRICTS[0].id },
  { username: "xa", name: "Phan Văn Nam (cán bộ truyền thanh)", role: "staff", areaId: COMMUNES[0].id },
  { username: "xa2", name: "Hồ Thị Lan (phó chủ tịch)", role: "approver", areaId: COMMUNES[0].id },
  { username: "kythuat", name: "Võ Văn Sơn (kỹ thuật)", role: "technician", areaId: PROVINCE.id },
];

const ALWAYS: TimeEnvelope = {
  windows: Object.fromEntries(WEEKDAYS.map((day) => [day, [["00:00", "24:00"]]])),
  maxMinutesPerDay: 1_440,
  maxGainDb: 0,
};

/** Id of the n-th demo station, from 0; they go round the communes. */
export function demoStationId(n: number): string {
  const commune = COMMUNES[n % COMMUNES.length] as (typeof COMMUNES)[number];
  return `${commune.id}-${String(Math.floor(n / COMMUNES.length) + 1).padStart(2, "0")}`;
}

/**
 * Makes the demo's areas, stations and accounts where they are missing; what people changed since stays. Passwords follow
 * `demoPassword`, else a made one, kept in `demo-password` (0600) in the data folder.
 * @returns the password that all demo accounts have
 */
export async function seedDemo(
  config: HubConfig,
  database: Database,
  registry: DeskRegistry,
  log: Logger,
  now: number,
): Promise<string> {
  const { timeZone } = config;
  const envelope = config.demoEnvelope === "always" ? ALWAYS : DEFAULT_ENVELOPE;
  const nodes = [
    { ...PROVINCE, parentId: null, envelope },
    ...DISTRICTS.map((district) => ({ ...district, parentId: PROVINCE.id, envelope: null })),
    ...COMMUNES.map(({ id, name, parentId }) => ({ id, name, parentId, envelope: null })),
  ];
  for (const node of nodes)
    if ((await registry.standing(node.id)) === null)
      await registry.addArea({ ...node, timeZone, revision: 1 });
  const home = async (areaId: AreaId) => (await registry.standing(areaId)) ?? areaId;
  for (let n = 0; n < config.demoStations; n++) {
    const station = demoStation(n);
    if (registry.stationsNow.has(station.id) || registry.retiredNow.has(station.id)) continue;
    await registry.addStation({ ...station, areaId: await home(station.areaId) }, now - hours(1));
  }
  const password = demoPassword(config);
  const passwordHash = await hashPassword(password);
  await ifStoreTakes(log, "demo accounts stay as they are", () =>
    seedAccounts(database, home, passwordHash, now),
  );
  return password;
}

function demoStation(n: number): StationRecord {
  const commune = COMMUNES[n % COMMUNES.length] as (typeof COMMUNES)[number];
  const ring = Math.floor(n / COMMUNES.length);
  const place = commune.places[ring % commune.places.length];
  const round = Math.floor(ring / commune.places.length);
  const angle = ring * 2.4;
  const distance = 0.004 * Math.sqrt(ring + 1);
  return {
    id: demoStationId(n),
    name: `Cụm ${place}${round > 0 ? ` ${round + 1}` : ""}`,
    areaId: commune.id,
    zones: ZONES,
    maintenance: false,
    lat: Number((commune.lat + distance * Math.sin(angle)).toFixed(5)),
    lon: Number((commune.lon + distance * Math.cos(angle)).toFixed(5)),
  };
}

async function seedAccounts(
  database: Database,
  home: (areaId: AreaId) => Promise<AreaId>,
  passwordHash: string,
  now: number,
): Promise<void> {
  for (const account of ACCOUNTS)
    if (await users.taken(database, account.username))
      await users.setPassword(database, account.username, passwordHash);
    else
      await users.insert(database, {
        id: `user-${account.username}`,
        ...account,
        areaId: await home(account.areaId),
        passwordHash,
        demo: 1,
        disabled: 0,
        createdAt: now,
      });
}

function demoPassword({ demoPassword: given, data }: HubConfig): string {
  if (given !== undefined) return given;
  const file = join(data, "demo-password");
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  const made = randomBytes(9).toString("base64url");
  writeFileSync(file, `${made}\n`, { mode: 0o600, flush: true });
  return made;
}
