import "reflect-metadata";
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import type { UnixMs } from "@loa/kernel/clock";
import { LoaError } from "@loa/kernel/errors";
import { days } from "@loa/kernel/units";
import type { StationId } from "@loa/protocol/identity";
import * as x509 from "@peculiar/x509";

const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;
const CA_YEARS = 10;
const LEAF_YEARS = 2;
/** Room for clocks that are a little behind. */
const BACKDATE_MS = days(1);
/** 48 bits of time and 64 of chance: serials of later certificates compare higher as text. */
const SERIAL_DIGITS = 28;

/** A certificate with what identifies it. `serial` has a fixed length, so that text order is the order of issue. */
export interface Issued {
  readonly pem: string;
  readonly serial: string;
  readonly fingerprint: string;
}

/** A fresh EC P-256 private key, PKCS #8 PEM. */
export function newEcKey(): string {
  return generateKeyPairSync("ec", { namedCurve: "P-256" })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
}

/** The hub's own CA certificate over its key, valid ten years, not allowed to make further CAs. */
export async function selfSign(keyPem: string, name: string, now: UnixMs): Promise<string> {
  const keys = await pair(keyPem);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialAt(now),
    name: [{ CN: [name] }],
    ...validity(now, CA_YEARS),
    signingAlgorithm: SIGNATURE,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}

/** Issues certificates under the hub's CA. */
export class CertificateAuthority {
  readonly pem: string;
  /** SHA-256 of the certificate's DER, as the label of a station shows it. */
  readonly sha256: string;
  readonly #certificate: x509.X509Certificate;
  readonly #key: Promise<CryptoKeyPair>;

  constructor(keyPem: string, certificatePem: string) {
    this.pem = certificatePem;
    this.#certificate = new x509.X509Certificate(certificatePem);
    this.sha256 = createHash("sha256").update(Buffer.from(this.#certificate.rawData)).digest("hex");
    this.#key = pair(keyPem);
  }

  /** A TLS server certificate for names and addresses. */
  async issueServer(keyPem: string, hosts: readonly string[], now: UnixMs): Promise<Issued> {
    const { publicKey } = await pair(keyPem);
    const names = hosts.map((value) => ({ type: isIP(value) ? ("ip" as const) : ("dns" as const), value }));
    return this.#issue("Loa hub", publicKey, x509.ExtendedKeyUsage.serverAuth, serialAt(now), now, [
      new x509.SubjectAlternativeNameExtension(names),
    ]);
  }

  /**
   * A client certificate for the station that the request names. `after`: serial of its last one; the new one is higher,
   * even when the wall clock went back.
   * @throws CSR_INVALID malformed, badly signed, not EC P-256, or of another name
   */
  async issueStation(station: StationId, csrPem: string, now: UnixMs, after: string | null): Promise<Issued> {
    const publicKey = await requestedKey(station, csrPem);
    const time = Math.max(now, after ? Number.parseInt(after.slice(0, 12), 16) + 1 : 0);
    return this.#issue(station, publicKey, x509.ExtendedKeyUsage.clientAuth, serialAt(time), now, []);
  }

  async #issue(
    name: string,
    publicKey: x509.PublicKeyType,
    use: x509.ExtendedKeyUsage,
    serial: string,
    now: UnixMs,
    extensions: x509.Extension[],
  ): Promise<Issued> {
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial,
      subject: [{ CN: [name] }],
      issuer: this.#certificate.subjectName,
      ...validity(now, LEAF_YEARS),
      signingKey: (await this.#key).privateKey,
      signingAlgorithm: SIGNATURE,
      publicKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([use]),
        await x509.AuthorityKeyIdentifierExtension.create(this.#certificate.publicKey),
        ...extensions,
      ],
    });
    const fingerprint = createHash("sha256").update(Buffer.from(certificate.rawData)).digest("hex");
    return { pem: `${certificate.toString("pem")}\n`, serial, fingerprint };
  }
}

/** A certificate's serial as Node's TLS names it, in the form that `Issued` has. */
export function serialOf(hex: string): string {
  return hex.toLowerCase().padStart(SERIAL_DIGITS, "0");
}

async function requestedKey(station: StationId, csrPem: string): Promise<x509.PublicKey> {
  const invalid = (why: string, cause?: unknown) =>
    new LoaError("CSR_INVALID", `the certificate request ${why}`, { station }, { cause });
  let request: x509.Pkcs10CertificateRequest;
  let holds: boolean;
  try {
    request = new x509.Pkcs10CertificateRequest(csrPem);
    holds = await request.verify();
  } catch (cause) {
    throw invalid("is no PKCS #10", cause);
  }
  if (!holds) throw invalid("is not signed by its own key");
  const names = request.subjectName.getField("CN");
  if (names.length !== 1 || names[0] !== station) throw invalid("names another station");
  const algorithm = request.publicKey.algorithm as Partial<EcKeyAlgorithm>;
  if (algorithm.name !== "ECDSA" || algorithm.namedCurve !== "P-256")
    throw invalid("is not of an EC P-256 key");
  return request.publicKey;
}

function validity(now: UnixMs, years: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now - BACKDATE_MS), notAfter: new Date(now + days(365.25 * years)) };
}

function serialAt(now: UnixMs): string {
  const time = Math.floor(now).toString(16).padStart(12, "0");
  return `${time}${randomBytes(8).toString("hex")}`;
}

async function pair(keyPem: string): Promise<CryptoKeyPair> {
  const key = createPrivateKey(keyPem);
  return {
    privateKey: key.toCryptoKey(P256, false, ["sign"]) as CryptoKey,
    publicKey: createPublicKey(keyPem).toCryptoKey(P256, true, ["verify"]) as CryptoKey,
  };
}
