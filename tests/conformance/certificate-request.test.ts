import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateRequest } from "@loa/firmware-sim/fleet/certificate-request";
import { type HubTrust, openTrust } from "@loa/hub/trust/hub-trust";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;
let trust: HubTrust;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "loa-request-"));
  trust = await openTrust(folder, ["localhost"], Date.now());
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a fleet's requests are certified as a controller's are, whatever length the station's name has", async () => {
  for (let length = 8; length <= 32; length++) {
    const name = "tram-loa-".padEnd(length, "0").slice(0, length);
    const { key, csr } = certificateRequest(name);
    const { pem } = await trust.issueStation(name, csr, Date.now(), null);
    const certificate = new X509Certificate(pem);
    expect(certificate.subject).toBe(`CN=${name}`);
    expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
  }
});

test("a request of one station does not certify another", async () => {
  const { csr } = certificateRequest("tram-loa-01");
  await expect(trust.issueStation("tram-loa-02", csr, Date.now(), null)).rejects.toMatchObject({
    code: "CSR_INVALID",
  });
});
