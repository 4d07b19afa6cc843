import { CAP_NAMESPACE } from "../../core/cap-alert.ts";

/** Elements by name, as markup; a list stands for several of a name, null for none. */
export type Parts = Readonly<Record<string, string | readonly string[] | null>>;

const elements = (parts: Parts) =>
  Object.entries(parts)
    .flatMap(([name, value]) => [value ?? []].flat().map((one) => `<${name}>${one}</${name}>`))
    .join("");

const HEAD: Parts = {
  identifier: "VN-2026-0918",
  sender: "bao@example.vn",
  sent: "2026-09-18T14:00:00+07:00",
  status: "Actual",
  msgType: "Alert",
  scope: "Public",
};

const INFO: Parts = {
  language: "vi-VN",
  category: "Met",
  event: "Bão",
  urgency: "Immediate",
  severity: "Severe",
  certainty: "Observed",
};

/** A message around info blocks, with some of its elements replaced or added. */
export const capDocument = (head: Parts = {}, info: string | readonly string[] = capInfo()): string =>
  inCap(elements({ ...HEAD, ...head, info }));

/** Anything in the root element of CAP 1.2. */
export const inCap = (content: string, namespace: string = CAP_NAMESPACE): string =>
  `<alert xmlns="${namespace}">${content}</alert>`;

/** The content of an info block, with some of its elements replaced or added. */
export const capInfo = (parts: Parts = {}): string => elements({ ...INFO, ...parts });

/** A message with one info block. */
export const withInfo = (parts: Parts): string => capDocument({}, capInfo(parts));

/** A message with one area. */
export const withArea = (parts: Parts): string =>
  withInfo({ area: elements({ areaDesc: "Huyện Vân Đồn", ...parts }) });

/** A message with one resource. */
export const withResource = (parts: Parts): string =>
  withInfo({ resource: elements({ resourceDesc: "Bản tin", mimeType: "audio/mpeg", ...parts }) });

/** valueName and value. */
export const named = (valueName: string, value: string): string => elements({ valueName, value });
