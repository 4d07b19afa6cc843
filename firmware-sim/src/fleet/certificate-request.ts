import { generateKeyPairSync, sign } from "node:crypto";

/** A key and the request to have it certified, PEM. */
export interface CertificateRequest {
  readonly key: string;
  readonly csr: string;
}

/**
 * A new EC P-256 key with its PKCS #10 request for one name (RFC 2986). The bytes are laid down here: thousands of them through a general
 * ASN.1 library take minutes.
 */
export function certificateRequest(name: string): CertificateRequest {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const subject = sequence(set(sequence(COMMON_NAME, element(UTF8_STRING, Buffer.from(name)))));
  const about = sequence(
    VERSION_0,
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    NO_ATTRIBUTES,
  );
  const signature = sign("sha256", about, privateKey);
  const request = sequence(about, ECDSA_WITH_SHA256, element(BIT_STRING, NO_UNUSED_BITS, signature));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    csr: `-----BEGIN CERTIFICATE REQUEST-----\n${request.toString("base64")}\n-----END CERTIFICATE REQUEST-----\n`,
  };
}

const UTF8_STRING = 0x0c;
const BIT_STRING = 0x03;
const NO_UNUSED_BITS = Buffer.from([0]);
const VERSION_0 = Buffer.from("020100", "hex");
const NO_ATTRIBUTES = Buffer.from("a000", "hex");
/** Object identifier 2.5.4.3. */
const COMMON_NAME = Buffer.from("0603550403", "hex");
/** Algorithm identifier of 1.2.840.10045.4.3.2. */
const ECDSA_WITH_SHA256 = Buffer.from("300a06082a8648ce3d040302", "hex");

const sequence = (...parts: readonly Buffer[]): Buffer => element(0x30, ...parts);
const set = (...parts: readonly Buffer[]): Buffer => element(0x31, ...parts);

/** One element of DER, below 64 kB. */
function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content)]), content]);
}

function lengthOf({ length }: Buffer): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}
