import { createHash } from "node:crypto";
import { LoaError } from "@loa/kernel/errors";
import {
  CAP_NAMESPACE,
  type CapAlert,
  type CapArea,
  type CapInfo,
  type CapNamedValue,
  type CapResource,
} from "../../core/cap-alert.ts";
import { MAX_STAGES, stageTimes } from "../../core/cap-stages.ts";
import { circle, polygon } from "./geometry.ts";
import { Findings, Place, type Remark } from "./place.ts";
import * as value from "./values.ts";
import { type Element, readXml } from "./xml.ts";

const SIGNATURES = "http://www.w3.org/2000/09/xmldsig#";
const OTHER_VERSION = /^(urn:oasis:names:tc:emergency:cap:|http:\/\/www\.incident\.com\/cap\/)/;

/** Most points that the polygons of a message have together: each is compared with every station. */
export const MAX_POINTS = 20_000;

/** A message that was read, and what is odd about it but does not forbid its use. */
export interface ReadCap {
  readonly alert: CapAlert;
  readonly notes: readonly Remark[];
}

/**
 * Reads a CAP 1.2 message. The order of elements is not enforced; a signature is passed over and noted.
 * @throws CAP_INVALID with every problem and its path (`problems`) · CAP_VERSION another version of CAP · what `readXml` throws
 */
export function readCap(xml: Uint8Array | string): ReadCap {
  const root = readXml(xml);
  const { space, name } = root;
  if (space !== CAP_NAMESPACE && OTHER_VERSION.test(space))
    throw new LoaError("CAP_VERSION", `the message is of ${space}, not of CAP 1.2`, { space });
  const findings = new Findings();
  const top = new Place(root, `/${name}`, findings);
  if (space !== CAP_NAMESPACE || name !== "alert") {
    top.problem(`must be alert of the namespace ${CAP_NAMESPACE}`);
    throw invalid(findings.problems);
  }
  const alert = readAlert(top);
  if (findings.problems.length > 0) throw invalid(findings.problems);
  return { alert, notes: findings.notes };
}

function invalid(problems: readonly Remark[]): LoaError {
  const [first] = problems;
  const more = problems.length > 1 ? `, and ${problems.length - 1} more` : "";
  return new LoaError("CAP_INVALID", `${first?.path} ${first?.message}${more}`, { problems });
}

function readAlert(place: Place): CapAlert {
  const alert = {
    identifier: place.required("identifier", value.name),
    sender: place.required("sender", value.name),
    sent: place.required("sent", value.time),
    status: place.required("status", value.word("status")),
    msgType: place.required("msgType", value.word("msgType")),
    source: place.text("source"),
    scope: place.required("scope", value.word("scope")),
    restriction: place.text("restriction"),
    addresses: place.optional("addresses", value.quotedList) ?? [],
    code: place.values("code", value.filled),
    note: place.text("note"),
    references: place.optional("references", value.references) ?? [],
    incidents: place.optional("incidents", value.quotedList) ?? [],
    infos: place.places("info").map(readInfo),
  };
  if (alert.scope === "Restricted" && alert.restriction === null)
    place.problem("needs a restriction, because its scope is Restricted");
  if (alert.scope === "Private" && alert.addresses.length === 0)
    place.problem("needs addresses, because its scope is Private");
  if (["Update", "Cancel", "Ack", "Error"].includes(alert.msgType) && alert.references.length === 0)
    place.problem(`needs references, because it is of the type ${alert.msgType}`);
  if (pointsOf(alert.infos) > MAX_POINTS) place.problem(`has more than ${MAX_POINTS} points in its polygons`);
  if (stageTimes(alert).length > MAX_STAGES)
    place.problem(`has info blocks that become effective at more than ${MAX_STAGES} times`);
  place.end((child) => isSignature(child, place));
  return alert;
}

function pointsOf(infos: readonly CapInfo[]): number {
  const rings = infos.flatMap(({ areas }) => areas.flatMap(({ polygons }) => polygons));
  return rings.reduce((sum, ring) => sum + ring.length, 0);
}

function isSignature({ space, name }: Element, place: Place): boolean {
  if (space !== SIGNATURES || name !== "Signature") return false;
  place.note("has a signature, which is not checked");
  return true;
}

function readInfo(place: Place): CapInfo {
  const info = {
    language: place.optional("language", value.language) ?? "en-US",
    category: place.values("category", value.word("category")),
    event: place.required("event", value.filled),
    responseType: place.values("responseType", value.word("responseType")),
    urgency: place.required("urgency", value.word("urgency")),
    severity: place.required("severity", value.word("severity")),
    certainty: place.required("certainty", value.certainty),
    audience: place.text("audience"),
    eventCode: place.places("eventCode").map(readNamedValue),
    effective: place.optional("effective", value.time),
    onset: place.optional("onset", value.time),
    expires: place.optional("expires", value.time),
    senderName: place.text("senderName"),
    headline: place.text("headline"),
    description: place.text("description"),
    instruction: place.text("instruction"),
    web: place.optional("web", value.webPage),
    contact: place.text("contact"),
    parameter: place.places("parameter").map(readNamedValue),
    resources: place.places("resource").map(readResource),
    areas: place.places("area").map(readArea),
  };
  if (info.category.length === 0) place.problem("needs at least one category");
  place.end();
  return info;
}

function readNamedValue(place: Place): CapNamedValue {
  const named = {
    valueName: place.required("valueName", value.filled),
    value: place.required("value", value.plain),
  };
  place.end();
  return named;
}

function readResource(place: Place): CapResource {
  const derefUri = place.optional("derefUri", value.base64);
  const resource = {
    resourceDesc: place.required("resourceDesc", value.filled),
    mimeType: place.required("mimeType", value.mimeType),
    size: place.optional("size", value.size),
    uri: place.optional("uri", derefUri === null ? value.absoluteUri : value.anyUri),
    derefUri,
    digest: place.optional("digest", value.digest),
  };
  if (derefUri !== null && resource.digest !== null && sha1(derefUri) !== resource.digest)
    place.problem("has a digest that is not that of its derefUri");
  place.end();
  return resource;
}

const sha1 = (base64: string) => createHash("sha1").update(Buffer.from(base64, "base64")).digest("hex");

function readArea(place: Place): CapArea {
  const area = {
    areaDesc: place.required("areaDesc", value.filled),
    polygons: place.values("polygon", polygon),
    circles: place.values("circle", circle),
    geocodes: place.places("geocode").map(readNamedValue),
    altitude: place.optional("altitude", value.decimal),
    ceiling: place.optional("ceiling", value.decimal),
  };
  if (area.ceiling !== null && area.altitude === null) place.problem("has a ceiling without an altitude");
  else if (area.ceiling !== null && area.altitude !== null && area.ceiling < area.altitude)
    place.problem("has its ceiling below its altitude");
  place.end();
  return area;
}
