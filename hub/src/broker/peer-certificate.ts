import type { TLSSocket } from "node:tls";
import { serialOf } from "../trust/certificates.ts";
import type { PresentedCertificate } from "./access.ts";

/** The client certificate of a TLS connection whose chain holds; null without one. */
export function peerCertificate(socket: TLSSocket): PresentedCertificate | null {
  if (!socket.authorized) return null;
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return null;
  return {
    commonName: /^CN=([a-z0-9-]+)$/.exec(certificate.subject)?.[1] ?? "",
    serial: serialOf(certificate.serialNumber),
    fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
  };
}
