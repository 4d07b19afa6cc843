import {
  CAP_NAMESPACE,
  type CapAlert,
  type CapArea,
  type CapInfo,
  type CapNamedValue,
  type CapPoint,
  type CapResource,
} from "../../core/cap-alert.ts";
import { block, DECLARATION, leaf } from "./markup.ts";

/** A CAP 1.2 document, elements in the order of the schema. Source: OASIS CAP 1.2, 3.4. */
export function writeCap(alert: CapAlert): string {
  const open = `<alert xmlns="${CAP_NAMESPACE}">\n`;
  return `${DECLARATION}${open}${head(alert)}${alert.infos.map(info).join("")}</alert>\n`;
}

function head(alert: CapAlert): string {
  const references = alert.references.map(({ sender, identifier, sent }) =>
    [sender, identifier, sent].join(),
  );
  return [
    leaf("identifier", alert.identifier),
    leaf("sender", alert.sender),
    leaf("sent", alert.sent),
    leaf("status", alert.status),
    leaf("msgType", alert.msgType),
    leaf("source", alert.source),
    leaf("scope", alert.scope),
    leaf("restriction", alert.restriction),
    leaf("addresses", list(alert.addresses.map(quoted))),
    ...alert.code.map((code) => leaf("code", code)),
    leaf("note", alert.note),
    leaf("references", list(references)),
    leaf("incidents", list(alert.incidents.map(quoted))),
  ].join("");
}

const list = (parts: readonly string[]) => (parts.length === 0 ? null : parts.join(" "));
const quoted = (text: string) => (/\s/.test(text) ? `"${text}"` : text);

function info(one: CapInfo): string {
  return block(
    "info",
    leaf("language", one.language),
    ...one.category.map((word) => leaf("category", word)),
    leaf("event", one.event),
    ...one.responseType.map((word) => leaf("responseType", word)),
    leaf("urgency", one.urgency),
    leaf("severity", one.severity),
    leaf("certainty", one.certainty),
    leaf("audience", one.audience),
    ...one.eventCode.map((code) => named("eventCode", code)),
    leaf("effective", one.effective),
    leaf("onset", one.onset),
    leaf("expires", one.expires),
    leaf("senderName", one.senderName),
    leaf("headline", one.headline),
    leaf("description", one.description),
    leaf("instruction", one.instruction),
    leaf("web", one.web),
    leaf("contact", one.contact),
    ...one.parameter.map((parameter) => named("parameter", parameter)),
    ...one.resources.map(resource),
    ...one.areas.map(area),
  );
}

const named = (element: string, { valueName, value }: CapNamedValue) =>
  block(element, leaf("valueName", valueName), leaf("value", value));

const resource = (one: CapResource) =>
  block(
    "resource",
    leaf("resourceDesc", one.resourceDesc),
    leaf("mimeType", one.mimeType),
    leaf("size", one.size),
    leaf("uri", one.uri),
    leaf("derefUri", one.derefUri),
    leaf("digest", one.digest),
  );

const area = (one: CapArea) =>
  block(
    "area",
    leaf("areaDesc", one.areaDesc),
    ...one.polygons.map((ring) => leaf("polygon", ring.map(pair).join(" "))),
    ...one.circles.map((circle) => leaf("circle", `${pair(circle)} ${digits(circle.radiusKm)}`)),
    ...one.geocodes.map((code) => named("geocode", code)),
    leaf("altitude", one.altitude === null ? null : digits(one.altitude)),
    leaf("ceiling", one.ceiling === null ? null : digits(one.ceiling)),
  );

const pair = ({ lat, lon }: CapPoint) => `${digits(lat)},${digits(lon)}`;

/** Without an exponent, which CAP does not know; seven decimals are a centimetre. */
const digits = (value: number) =>
  value
    .toFixed(7)
    .replace(/\.?0+$/, "")
    .replace(/^-0$/, "0");
