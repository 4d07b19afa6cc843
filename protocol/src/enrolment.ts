import { type Static, Type } from "typebox";
import { AreaId, StationId } from "./identity.ts";
import { PublicKey } from "./key-set.ts";

/**
 * What the QR code of a registered station holds, as JSON. `hub` is the station-side HTTPS address; `ca` the SHA-256 of the hub's CA
 * certificate (DER), against which the station checks the TLS chain before it sends the code.
 */
export const EnrolmentLabel = Type.Object({
  station: StationId,
  hub: Type.String({ description: "https address for stations" }),
  code: Type.String({ pattern: "^[a-z0-9-]{26,40}$", description: "128 bits, single use, valid 24 h" }),
  ca: Type.String({ pattern: "^[0-9a-f]{64}$" }),
});
export type EnrolmentLabel = Static<typeof EnrolmentLabel>;

/** `POST /api/v1/enrol` on the station-side address. `csr`: PKCS #10, PEM, EC P-256, CN = station id. */
export const EnrolRequest = Type.Object({
  station: StationId,
  code: Type.String({ minLength: 16, maxLength: 64 }),
  csr: Type.String({ maxLength: 8_192 }),
});
export type EnrolRequest = Static<typeof EnrolRequest>;

/** Everything a station needs to believe and reach its hub. */
export const EnrolAnswer = Type.Object({
  hubId: Type.String(),
  name: Type.String(),
  certificate: Type.String({ description: "client certificate, PEM" }),
  ca: Type.String({ description: "the hub's CA, PEM" }),
  secret: Type.String({ description: "256 bits, base64url; keys the HMACs" }),
  root: PublicKey,
  keySet: Type.String({ description: "JWS compact of kind key-set" }),
  mqtt: Type.String({ description: "mqtts://host:port" }),
  assets: Type.String({ description: "https://host:port" }),
  areaPath: Type.Array(AreaId, { minItems: 1 }),
  areaRevision: Type.Integer({ minimum: 1 }),
});
export type EnrolAnswer = Static<typeof EnrolAnswer>;
