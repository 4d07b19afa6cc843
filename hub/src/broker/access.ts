import type { AreaId, StationId } from "@loa/protocol/identity";

/** A client certificate as the listener saw it, its chain already verified. */
export interface PresentedCertificate {
  readonly commonName: string;
  readonly serial: string;
  readonly fingerprint: string;
}

/** What a listener asks about stations before it lets them in. Answers come from memory. */
export interface StationGate {
  /** The station whose current certificate this is; null: unknown, revoked or another's. */
  byCertificate(certificate: PresentedCertificate): StationId | null;
  /** Without TLS: whether `proof` is the hex HMAC-SHA256 of `purpose` under the station's secret. */
  byProof(station: string, purpose: "mqtt" | "assets", proof: string): StationId | null;
  /** Root first; empty while the station is unknown. */
  areaPath(station: StationId): readonly AreaId[];
  /** Something was refused; goes to the audit log. */
  refused(refusal: Refusal): void;
}

export interface Refusal {
  readonly station: string;
  readonly action: "connect" | "publish" | "subscribe" | "assets";
  readonly subject: string;
  readonly reason: string;
}
