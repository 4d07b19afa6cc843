import "reflect-metadata";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { request as plainRequest } from "node:http";
import { request } from "node:https";
import { isIPv4 } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { LoaError } from "@loa/kernel/errors";
import { EnrolAnswer, EnrolmentLabel } from "@loa/protocol/enrolment";
import { parseJson } from "@loa/protocol/parse";
import { cryptoProvider, Pkcs10CertificateRequestGenerator } from "@peculiar/x509";
import type { Identity } from "./identity.ts";

const P256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const TIMEOUT_MS = 10_000;

/** Reads a label: its JSON text, or a file that holds it. @throws CONFIG_INVALID */
export function readLabel(label: string): EnrolmentLabel {
  try {
    return parseJson(
      EnrolmentLabel,
      label.trimStart().startsWith("{") ? label : readFileSync(label),
      "enrolment label",
    );
  } catch (cause) {
    throw new LoaError(
      "CONFIG_INVALID",
      `the enrolment label is not readable: ${String(cause)}`,
      {},
      { cause },
    );
  }
}

/**
 * Enrols the station: makes its key, checks the hub's CA against the label's hash before anything secret is sent, sends the one-time code
 * with a certificate request, and returns what the hub answered.
 * @throws CA_MISMATCH · HUB_UNREACHABLE · ENROL_CODE_INVALID and the hub's other codes
 */
export async function enrol(label: EnrolmentLabel): Promise<Identity> {
  const ca = await authority(label);
  const keys = await crypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  cryptoProvider.set(crypto);
  const csr = await Pkcs10CertificateRequestGenerator.create({
    name: `CN=${label.station}`,
    keys,
    signingAlgorithm: P256,
  });
  const body = JSON.stringify({ station: label.station, code: label.code, csr: csr.toString("pem") });
  const answer = parseJson(
    EnrolAnswer,
    await post(new URL("/api/v1/enrol", label.hub), ca, body),
    "enrolment answer",
  );
  return { ...answer, station: label.station, key: await privatePem(keys.privateKey) };
}

/** The pinned CA; null on loopback without TLS, where there is nobody in between. @throws CA_MISMATCH · HUB_UNREACHABLE · CONFIG_INVALID */
async function authority(label: EnrolmentLabel): Promise<string | null> {
  const { protocol, hostname } = new URL(label.hub);
  if (protocol === "https:") return pinnedCa(label);
  const loopback = hostname === "localhost" || hostname === "[::1]";
  if (loopback || (isIPv4(hostname) && hostname.startsWith("127."))) return null;
  throw new LoaError("CONFIG_INVALID", `${label.hub}: without TLS a hub is believed on loopback alone`);
}

/** The CA certificate (PEM) at the top of the chain that the hub shows, when its hash is the label's. */
async function pinnedCa({ hub, ca }: EnrolmentLabel): Promise<string> {
  const { hostname, port } = new URL(hub);
  const socket = await new Promise<TLSSocket>((resolve, reject) => {
    // The chain is judged below, by the pinned hash; nothing is sent before that.
    const socket = connect({
      host: hostname,
      port: Number(port || 443),
      rejectUnauthorized: false,
      timeout: TIMEOUT_MS,
    });
    socket.once("secureConnect", () => resolve(socket));
    socket.once("timeout", () => socket.destroy(new Error("time-out")));
    socket.once("error", reject);
  }).catch((cause: unknown) => {
    throw new LoaError("HUB_UNREACHABLE", `${hub} does not answer`, { hub }, { cause });
  });
  try {
    for (
      let certificate = socket.getPeerCertificate(true);
      certificate?.raw;
      certificate = certificate.issuerCertificate
    ) {
      if (createHash("sha256").update(certificate.raw).digest("hex") === ca)
        return pem("CERTIFICATE", certificate.raw);
      if (certificate.issuerCertificate === certificate) break;
    }
  } finally {
    socket.destroy();
  }
  throw new LoaError("CA_MISMATCH", `${hub} shows another CA than the label names`, { hub });
}

function post(url: URL, ca: string | null, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = (ca === null ? plainRequest : request)(
      url,
      {
        method: "POST",
        ...(ca !== null && { ca }),
        headers: { "content-type": "application/json" },
        timeout: TIMEOUT_MS,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
        });
        response.on("end", () =>
          response.statusCode === 200 || response.statusCode === 201 ? resolve(text) : reject(refused(text)),
        );
      },
    );
    call.on("timeout", () => call.destroy(new Error("time-out")));
    call.on("error", (cause) =>
      reject(new LoaError("HUB_UNREACHABLE", `${url.host} does not answer`, {}, { cause })),
    );
    call.end(body);
  });
}

function refused(text: string): LoaError {
  try {
    const { code, detail } = JSON.parse(text) as { code?: string; detail?: string };
    return new LoaError(
      "ENROL_CODE_INVALID",
      `the hub refused the enrolment: ${code ?? ""} ${detail ?? ""}`,
      { hubCode: code },
    );
  } catch (cause) {
    return new LoaError("HUB_UNREACHABLE", "the hub's answer is not readable", {}, { cause });
  }
}

async function privatePem(key: CryptoKey): Promise<string> {
  return pem("PRIVATE KEY", Buffer.from(await crypto.subtle.exportKey("pkcs8", key)));
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
