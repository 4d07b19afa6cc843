import type { UnixMs } from "@loa/kernel/clock";

/** Namespace of CAP 1.2. Source: OASIS CAP 1.2, 3.4. */
export const CAP_NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2";

/** The words that CAP 1.2 allows in each of its coded elements. Source: OASIS CAP 1.2, 3.2.1 and 3.2.2. */
export const CAP_WORDS = {
  status: ["Actual", "Exercise", "System", "Test", "Draft"],
  msgType: ["Alert", "Update", "Cancel", "Ack", "Error"],
  scope: ["Public", "Restricted", "Private"],
  // biome-ignore format: a table
  category: ["Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"],
  // biome-ignore format: a table
  responseType: ["Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"],
  urgency: ["Immediate", "Expected", "Future", "Past", "Unknown"],
  severity: ["Extreme", "Severe", "Moderate", "Minor", "Unknown"],
  certainty: ["Observed", "Likely", "Possible", "Unlikely", "Unknown"],
} as const;

type Words = typeof CAP_WORDS;
/** A word that CAP allows in the element `K`, e.g. `CapWord<"severity">`. */
export type CapWord<K extends keyof Words> = Words[K][number];

/** Another message, as `references` names it; `sent` as written there. */
export interface CapReference {
  readonly sender: string;
  readonly identifier: string;
  readonly sent: string;
}

/** A value with the name of the list it is from: geocode, eventCode or parameter. */
export interface CapNamedValue {
  readonly valueName: string;
  readonly value: string;
}

/** A place on the WGS 84 ellipsoid, degrees. */
export interface CapPoint {
  readonly lat: number;
  readonly lon: number;
}

/** A circle of `radiusKm` kilometres around a point. */
export interface CapCircle extends CapPoint {
  readonly radiusKm: number;
}

/** Where an info block holds: everything in any of the polygons, circles and geocodes. Altitudes are feet above sea level. */
export interface CapArea {
  readonly areaDesc: string;
  /** Closed rings: the first point is the last one too. */
  readonly polygons: readonly (readonly CapPoint[])[];
  readonly circles: readonly CapCircle[];
  readonly geocodes: readonly CapNamedValue[];
  readonly altitude: number | null;
  readonly ceiling: number | null;
}

/** A file that goes with an info block. */
export interface CapResource {
  readonly resourceDesc: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number | null;
  readonly uri: string | null;
  /** The file itself, base64 without white space. */
  readonly derefUri: string | null;
  /** SHA-1 of the file, 40 lower-case hexadecimal digits. */
  readonly digest: string | null;
}

/** One info block: one language, one set of urgency, severity and certainty. Times as written: use `instantOf`. */
export interface CapInfo {
  /** RFC 3066; `en-US` where the message names none. */
  readonly language: string;
  readonly category: readonly CapWord<"category">[];
  readonly event: string;
  readonly responseType: readonly CapWord<"responseType">[];
  readonly urgency: CapWord<"urgency">;
  readonly severity: CapWord<"severity">;
  readonly certainty: CapWord<"certainty">;
  readonly audience: string | null;
  readonly eventCode: readonly CapNamedValue[];
  readonly effective: string | null;
  readonly onset: string | null;
  readonly expires: string | null;
  readonly senderName: string | null;
  readonly headline: string | null;
  readonly description: string | null;
  readonly instruction: string | null;
  readonly web: string | null;
  readonly contact: string | null;
  readonly parameter: readonly CapNamedValue[];
  readonly resources: readonly CapResource[];
  readonly areas: readonly CapArea[];
}

/** A CAP 1.2 message whose every field has been checked. `sent` as written: other systems refer to it in that form. */
export interface CapAlert {
  readonly identifier: string;
  readonly sender: string;
  readonly sent: string;
  readonly status: CapWord<"status">;
  readonly msgType: CapWord<"msgType">;
  readonly source: string | null;
  readonly scope: CapWord<"scope">;
  readonly restriction: string | null;
  readonly addresses: readonly string[];
  readonly code: readonly string[];
  readonly note: string | null;
  readonly references: readonly CapReference[];
  readonly incidents: readonly string[];
  readonly infos: readonly CapInfo[];
}

/** Sender, identifier and instant of sending: what makes two messages the same. */
export type CapKey = string;

/** The key of a message or of a reference to it; the same instant in two zones is the same. */
export function keyOf({ sender, identifier, sent }: CapReference): CapKey {
  return `${sender},${identifier},${instantOf(sent)}`;
}

const CAP_TIME = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d[+-](0\d:[0-5]\d|1[0-3]:[0-5]\d|14:00)$/;

/** Whether it is a CAP dateTime of a real day: seconds, no fraction, an offset in digits. Source: OASIS CAP 1.2, 3.3.2. */
export function isCapTime(text: string): boolean {
  const day = CAP_TIME.exec(text)?.[1];
  if (day === undefined || day.startsWith("0000")) return false;
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

/** The instant of a CAP dateTime. */
export const instantOf = (text: string): UnixMs => Date.parse(text);

/** An instant as a CAP dateTime, fractions of a second cut off; UTC is `-00:00`. Source: OASIS CAP 1.2, 3.3.2. */
export function capTime(at: UnixMs, offsetMinutes = 0): string {
  const local = new Date(at + offsetMinutes * 60_000).toISOString().slice(0, 19);
  const two = (n: number) => String(n).padStart(2, "0");
  const away = Math.abs(offsetMinutes);
  return `${local}${offsetMinutes > 0 ? "+" : "-"}${two(Math.floor(away / 60))}:${two(away % 60)}`;
}
