import type { UnixMs } from "@loa/kernel/clock";
import { hours } from "@loa/kernel/units";
import type { AlertTarget } from "@loa/protocol/http/alerts";
import { type AlertRecord, endOf } from "./alert.ts";
import { type CapAlert, type CapArea, type CapInfo, type CapReference, capTime } from "./cap-alert.ts";
import type { Territory } from "./targets.ts";

/** How far a cluster of horns is understood, as a circle around its station, km. */
const HEARD_KM = 0.5;

/** Names of Loa's own ids in geocodes and parameters. */
export const LOA_CODES = { area: "loa:area", station: "loa:station", alert: "loa:alert" } as const;

/** What saying alerts as CAP needs. `offsetMinutes` of local time from UTC. */
export interface CapVoice {
  readonly sender: string;
  readonly territory: Territory;
  readonly offsetMinutes: number;
}

/** When the newest message about an alert was sent; null when it was never sent. */
export function lastTold(record: AlertRecord): UnixMs | null {
  const last = tellings(record).at(-1);
  if (last === undefined) return null;
  return isCancelled(record) ? (record.recalledAt as UnixMs) : last;
}

/**
 * The newest message about an alert that was sent: Alert, Update for each time it was said anew or took the place of others, Cancel after
 * its recall. It refers to all before it, those of its `forerunners` too. Null when it was never sent. Source: OASIS CAP 1.2, 3.2.1.
 */
export function capOf(
  record: AlertRecord,
  forerunners: readonly AlertRecord[],
  voice: CapVoice,
): CapAlert | null {
  const told = messages(record, voice);
  const last = told.at(-1);
  if (!last) return null;
  const references = [...forerunners.flatMap((one) => messages(one, voice)), ...told.slice(0, -1)];
  const cancelled = isCancelled(record);
  return {
    ...{ ...last, status: STATUS[record.kind], scope: "Public", references },
    msgType: cancelled ? "Cancel" : references.length > 0 ? "Update" : "Alert",
    ...{ source: record.cap?.source ?? null, restriction: null, addresses: [], code: [], incidents: [] },
    note: record.kind === "actual" ? null : NOTES[record.kind],
    infos: infosOf(record, voice, cancelled),
  };
}

const STATUS = { actual: "Actual", exercise: "Exercise", test: "Test" } as const;
/** CAP wants the circumstances of an exercise in its note (3.2.1, status). */
const NOTES = {
  exercise: "Diễn tập, không phải tình huống thật. This is an exercise.",
  test: "Phát thử hệ thống loa. This is a test.",
} as const;

/** What took its place says how it goes on; only a recall without a successor calls it off. */
const isCancelled = ({ recalledAt, supersededBy }: AlertRecord) =>
  recalledAt !== null && supersededBy === null;

const tellings = ({ tellings: kept, issue, createdAt }: AlertRecord): readonly UnixMs[] =>
  kept ?? (issue === null ? [] : [createdAt]);

function messages(record: AlertRecord, { sender, offsetMinutes }: CapVoice): CapReference[] {
  const told = tellings(record).map((at, i) => ({
    ...{ sender, identifier: `${record.id}.${i + 1}`, sent: capTime(at, offsetMinutes) },
  }));
  if (told.length === 0 || !isCancelled(record)) return told;
  const sent = capTime(record.recalledAt as UnixMs, offsetMinutes);
  return [...told, { sender, identifier: `${record.id}.recall`, sent }];
}

function infosOf(record: AlertRecord, voice: CapVoice, cancelled: boolean): CapInfo[] {
  const { content } = record;
  const said = content.text ?? content.headline;
  const versions = [{ language: content.language, text: said }, ...(content.translations ?? [])];
  return versions.map(({ language, text }) => infoOf(record, voice, { language, text, cancelled }));
}

/** Loa does not judge how grave or sure an event is, and says so; only what it sounds at once is immediate. */
function infoOf(
  record: AlertRecord,
  voice: CapVoice,
  { language, text, cancelled }: { language: string; text: string; cancelled: boolean },
): CapInfo {
  const { content, cap, id } = record;
  const { urgency = "Immediate", severity = "Unknown", certainty = "Unknown" } = cap ?? {};
  const headline =
    language === content.language ? content.headline : (text.split("\n")[0] ?? text).slice(0, 200);
  const end = Math.max(endOf(record), cancelled ? (record.recalledAt as UnixMs) + hours(1) : 0);
  return {
    ...{ language, category: cap?.category ?? ["Safety"], event: cap?.event ?? content.headline },
    ...{ responseType: cancelled ? ["AllClear"] : [], urgency, severity, certainty, audience: null },
    ...{ eventCode: [], effective: null, onset: null, expires: capTime(end, voice.offsetMinutes) },
    ...{ senderName: null, headline, description: text === headline ? null : text, instruction: null },
    ...{ web: null, contact: null, resources: [], parameter: [{ valueName: LOA_CODES.alert, value: id }] },
    areas: areasOf(record, voice.territory),
  };
}

function areasOf({ asked, targets, reach }: AlertRecord, territory: Territory): CapArea[] {
  const named = asked?.some((target) => "groupId" in target) ? targets : (asked ?? targets);
  const found = named.flatMap((target) => areaOf(target, territory));
  if (found.length > 0) return found;
  return reach.flatMap(({ stationId }) => areaOf({ stationId }, territory));
}

const NOWHERE = { polygons: [], circles: [], geocodes: [], altitude: null, ceiling: null };

function areaOf(target: AlertTarget, territory: Territory): CapArea[] {
  if ("areaId" in target) {
    const { areaId } = target;
    const geocodes = [{ valueName: LOA_CODES.area, value: areaId }];
    return [{ ...NOWHERE, areaDesc: territory.areas.get(areaId)?.name ?? areaId, geocodes }];
  }
  if ("stationId" in target) {
    const { stationId } = target;
    const { name = stationId, lat = null, lon = null } = territory.stations.get(stationId) ?? {};
    const geocodes = [{ valueName: LOA_CODES.station, value: stationId }];
    const circles = lat === null || lon === null ? [] : [{ lat, lon, radiusKm: HEARD_KM }];
    return [{ ...NOWHERE, areaDesc: name, geocodes, circles }];
  }
  if ("circle" in target) {
    const { lat, lon, radiusKm } = target.circle;
    return [{ ...NOWHERE, areaDesc: `${radiusKm} km: ${lat}, ${lon}`, circles: [target.circle] }];
  }
  if ("polygon" in target)
    return [
      { ...NOWHERE, areaDesc: "Vùng vẽ trên bản đồ", polygons: [[...target.polygon, target.polygon[0]!]] },
    ];
  return [];
}
