import { folded } from "./folded.ts";

const AREA_LONGEST = 32;
/** A station's id is 8 to 32 long; the number takes three signs. */
const STATION_STEM_LONGEST = 28;

/** Letters, digits and single hyphens of a name without its accents: "Xã Nghi Kim" becomes `xa-nghi-kim`. */
export const slug = (name: string, longest = AREA_LONGEST): string =>
  folded(name)
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, longest)
    .replace(/^-+|-+$/g, "");

/** The first of `stem`, `stem-2`, `stem-3` … that is not taken. */
export function proposedAreaId(name: string, taken: ReadonlySet<string>): string {
  const stem = slug(name);
  if (stem.length < 2) return "";
  if (!taken.has(stem)) return stem;
  for (let n = 2; ; n++) {
    const id = `${stem.slice(0, AREA_LONGEST - 4)}-${n}`;
    if (!taken.has(id)) return id;
  }
}

/** The area's id with the next free number: `xa-nghi-kim-04`. */
export function proposedStationId(areaId: string, taken: ReadonlySet<string>): string {
  const stem = areaId.slice(0, STATION_STEM_LONGEST).replace(/-+$/, "");
  const padded = stem.length < 5 ? `loa-${stem}` : stem;
  for (let n = 1; ; n++) {
    const id = `${padded}-${String(n).padStart(2, "0")}`;
    if (!taken.has(id)) return id;
  }
}

/** A user name from a person's name as offices write it: "Nguyễn Văn Hùng" becomes `hung.nguyenvan`. */
export function proposedUsername(name: string, taken: ReadonlySet<string>): string {
  const parts = folded(name)
    .replace(/[^a-z0-9 ]/g, "")
    .split(/\s+/)
    .filter(Boolean);
  const given = parts.pop() ?? "";
  const stem = (parts.length > 0 ? `${given}.${parts.join("")}` : given).slice(0, 36);
  if (stem.length < 2) return "";
  if (!taken.has(stem)) return stem;
  for (let n = 2; ; n++) if (!taken.has(`${stem}${n}`)) return `${stem}${n}`;
}
