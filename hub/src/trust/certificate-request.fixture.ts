import "reflect-metadata";
import * as x509 from "@peculiar/x509";

/** A key pair and its PKCS #10 request as a station makes them; PEM. For tests. */
export async function stationKeys(name: string, namedCurve = "P-256"): Promise<{ key: string; csr: string }> {
  const algorithm = { name: "ECDSA", namedCurve, hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY"), csr: request.toString("pem") };
}

/** Only the request. */
export const certificateRequest = async (name: string, curve?: string): Promise<string> =>
  (await stationKeys(name, curve)).csr;
