import type { UnixMs } from "@loa/kernel/clock";
import type { AlertKind } from "@loa/protocol/alert";
import type { AlertTone, Translation } from "@loa/protocol/http/alerts";
import type { Target } from "@loa/protocol/http/schedules";
import type { AreaId, StationId } from "@loa/protocol/identity";
import type { CapAlert, CapArea, CapInfo, CapNamedValue, CapWord } from "./cap-alert.ts";
import { type CapGeocode, placedStations, stationsIn, unknownGeocodes } from "./cap-area.ts";
import type { CapEntry } from "./cap-life.ts";
import { type CapRules, decide, kindOf } from "./cap-rules.ts";
import { currentInfos, infoFor, spokenText } from "./cap-speech.ts";
import { validityOf } from "./cap-stages.ts";
import type { Territory } from "./targets.ts";

const LONGEST_HEADLINE = 200;
const LONGEST_TEXT = 4_000;
const MOST_TRANSLATIONS = 3;
const ROUNDS = 3;

/** How a message judges its event. */
export interface CapJudgement {
  readonly event: string;
  readonly category: readonly CapWord<"category">[];
  readonly urgency: CapWord<"urgency">;
  readonly severity: CapWord<"severity">;
  readonly certainty: CapWord<"certainty">;
}

/** Where an alert came from: what an alert keeps of its message, so that nothing is aired twice even without the store. */
export interface CapOrigin extends CapJudgement {
  readonly messageId: string;
  readonly source: string;
  readonly scope: string;
  readonly areaId: AreaId;
  readonly sha256: string;
  readonly head: Omit<CapAlert, "infos">;
  readonly entry: CapEntry;
  readonly expiresAt: UnixMs;
}

/** What bounds a source: its area of the tree, its rules, what its geocodes mean, and the languages spoken here, the wanted one first. */
export interface CapBounds extends CapRules {
  readonly areaId: AreaId;
  readonly geocodes: readonly CapGeocode[];
  readonly languages: readonly string[];
}

/** Why a message is kept and no more: a rule says so, or there is nobody to hear it. */
export type CapUnheard = "rule" | "no-stations";

/** What a message that is in force comes to here. `air`: without asking. */
export interface CapPlan {
  readonly kind: AlertKind;
  readonly air: boolean;
  readonly stations: readonly StationId[];
  readonly targets: readonly Target[];
  readonly words: {
    readonly headline: string;
    readonly text: string;
    readonly language: string;
    readonly translations: readonly Translation[];
    readonly tone: AlertTone;
    readonly repeat: number;
    readonly announcementId: null;
  };
  readonly judgement: CapJudgement;
  /** When the last of what is said is over. */
  readonly expiresAt: UnixMs;
}

/**
 * What becomes of a message. It reaches stations of its areas within the source's own; what names no area may concern all of that, and a
 * person is asked. Only what is actual and severe or extreme carries the siren. `taken`: stations that already have it from elsewhere.
 */
export function planCap(
  message: CapAlert,
  bounds: CapBounds,
  territory: Territory,
  now: UnixMs,
  taken: ReadonlySet<StationId> = new Set(),
): CapPlan | CapUnheard {
  const alert = withoutOver(message, now);
  const verdict = decide(alert, bounds);
  const kind = kindOf(alert.status);
  if (verdict === "ignore" || kind === null) return "rule";
  const spoken = spokenInfos(alert, bounds.languages, now);
  const areas = areasOf(alert, spoken);
  const within = territory.below(bounds.areaId);
  const found = areas.length === 0 ? within : reached(areas, bounds, territory);
  const stations = found.filter((id) => !taken.has(id));
  const first = gravest(spoken);
  if (stations.length === 0 || !first) return "no-stations";
  const cover = territory.cover(stations);
  return {
    ...{ kind, stations, air: verdict === "air" && areas.length > 0 },
    targets: [
      ...cover.areas.map((areaId) => ({ areaId })),
      ...cover.stations.map((stationId) => ({ stationId })),
    ],
    words: {
      ...wordsOf(alert, spoken, bounds.languages, now),
      ...soundOf(kind, first),
      announcementId: null,
    },
    judgement: judgementOf(first),
    expiresAt: Math.max(...spoken.map((info) => validityOf(info, alert.sent).to)),
  };
}

/** A message as it still holds: what is over neither speaks nor decides, whatever its language. */
function withoutOver(alert: CapAlert, now: UnixMs): CapAlert {
  return { ...alert, infos: alert.infos.filter((info) => now < validityOf(info, alert.sent).to) };
}

/** Blocks of the first wanted language that has any which is not over, those that hold now where any does. */
export function spokenInfos(message: CapAlert, languages: readonly string[], now: UnixMs): CapInfo[] {
  const infos = infoFor(withoutOver(message, now), languages);
  const current = currentInfos(infos, now);
  return current.length > 0 ? current : infos;
}

/** How the message judges its event, by its gravest block. */
export function judgementOf({ event, category, urgency, severity, certainty }: CapInfo): CapJudgement {
  return { event, category, urgency, severity, certainty };
}

/** The block of the highest severity; the first of several. */
export function gravest(infos: readonly CapInfo[]): CapInfo | undefined {
  return infos.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))[0];
}

const SEVERITIES: readonly CapWord<"severity">[] = ["Extreme", "Severe", "Moderate", "Minor", "Unknown"];

/** Areas of the blocks that are spoken; where they have none, those of any language. */
export function areasOf(alert: CapAlert, spoken: readonly CapInfo[]): CapArea[] {
  const own = spoken.flatMap(({ areas }) => areas);
  return own.length > 0 ? own : alert.infos.flatMap(({ areas }) => areas);
}

/** Geocodes of a message that nobody said the meaning of. */
export function strangeGeocodes(alert: CapAlert, geocodes: readonly CapGeocode[]): CapNamedValue[] {
  const all = alert.infos.flatMap(({ areas }) => areas.flatMap((area) => unknownGeocodes(area, geocodes)));
  const seen = new Map(all.map((code) => [`${code.valueName} ${code.value}`, code]));
  return [...seen.values()];
}

function reached(areas: readonly CapArea[], bounds: CapBounds, territory: Territory): StationId[] {
  const placed = placedStations(territory).filter((station) => station.areas.includes(bounds.areaId));
  return [...new Set(areas.flatMap((area) => stationsIn(area, placed, bounds.geocodes)))].sort();
}

function wordsOf(alert: CapAlert, spoken: readonly CapInfo[], languages: readonly string[], now: UnixMs) {
  const [main] = spoken;
  const language = tongue(main?.language ?? "vi");
  const others = languages
    .map((wanted) => spokenInfos(alert, [wanted], now))
    .filter(([info], i) => info && tongue(info.language) === tongue(languages[i] ?? ""))
    .filter(([info]) => tongue(info?.language ?? "") !== language);
  const translations = others.map((infos) => ({ language: tongue(infos[0]!.language), text: textOf(infos) }));
  const unique = translations.filter(
    (one, i) => translations.findIndex((two) => two.language === one.language) === i,
  );
  return {
    headline: clipped(oneLine(main?.headline || main?.event || ""), LONGEST_HEADLINE),
    text: textOf(spoken),
    language,
    translations: unique.slice(0, MOST_TRANSLATIONS),
  };
}

function soundOf(kind: AlertKind, { severity }: CapInfo): { tone: AlertTone; repeat: number } {
  const grave = severity === "Extreme" || severity === "Severe";
  return { tone: kind === "actual" && grave ? "siren" : "chime", repeat: kind === "actual" ? ROUNDS : 1 };
}

const textOf = (infos: readonly CapInfo[]) =>
  clipped([...new Set(infos.map(spokenText))].join("\n"), LONGEST_TEXT);
const tongue = (tag: string) => tag.toLowerCase().split("-")[0] ?? tag;
const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();

/** Cut at the end of a sentence, or of a word. */
function clipped(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length);
  const end = Math.max(...[".", "!", "?", "\n"].map((sign) => cut.lastIndexOf(sign)));
  return end > length / 2 ? cut.slice(0, end + 1) : cut.slice(0, Math.max(1, cut.lastIndexOf(" ")));
}
