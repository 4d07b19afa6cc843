import { type CapAlert, type CapArea, type CapInfo, type CapReference, capTime } from "./cap-alert.ts";

/** Friday, 18 September 2026, 14:00 in Việt Nam. */
export const NOW = Date.parse("2026-09-18T14:00:00+07:00");

/** An instant so many minutes from NOW, as CAP writes it. */
export const inMinutes = (minutes: number): string => capTime(NOW + minutes * 60_000, 420);

/** An info block with some of its fields replaced. */
export const capInfo = (more: Partial<CapInfo> = {}): CapInfo => ({
  ...{ language: "vi-VN", category: ["Met"], event: "Bão", responseType: [], urgency: "Immediate" },
  ...{
    severity: "Severe",
    certainty: "Observed",
    audience: null,
    eventCode: [],
    effective: null,
    onset: null,
  },
  ...{ expires: inMinutes(60), senderName: null, headline: null, description: null, instruction: null },
  ...{ web: null, contact: null, parameter: [], resources: [], areas: [] },
  ...more,
});

/** A message with some of its fields replaced. */
export const capAlert = (more: Partial<CapAlert> = {}): CapAlert => ({
  ...{ identifier: "a", sender: "bao@example.vn", sent: inMinutes(0), status: "Actual", msgType: "Alert" },
  ...{ source: null, scope: "Public", restriction: null, addresses: [], code: [], note: null },
  ...{ references: [], incidents: [], infos: [capInfo()] },
  ...more,
});

/** A message's reference to others. */
export const referring = (...to: readonly CapReference[]): CapReference[] =>
  to.map(({ sender, identifier, sent }) => ({ sender, identifier, sent }));

/** An area with some of its fields replaced. */
export const capArea = (more: Partial<CapArea> = {}): CapArea => ({
  ...{ areaDesc: "Vân Đồn", polygons: [], circles: [], geocodes: [], altitude: null, ceiling: null },
  ...more,
});
