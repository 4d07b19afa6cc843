import { X509Certificate } from "node:crypto";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { days } from "@loa/kernel/units";
import { verify } from "@loa/protocol/envelope";
import { KeySet } from "@loa/protocol/key-set";
import { Type } from "typebox";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { certificateRequest } from "./certificate-request.fixture.ts";
import { newEcKey, serialOf } from "./certificates.ts";
import { openTrust } from "./hub-trust.ts";

const NOW = Date.UTC(2026, 5, 1);
const HOSTS = ["localhost", "127.0.0.1"];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "loa-trust-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("the hub's keys", () => {
  test("are made once and are the same at the next start", async () => {
    const first = await openTrust(folder, HOSTS, NOW);
    const again = await openTrust(folder, HOSTS, NOW + days(1));
    expect(again.hubId).toBe(first.hubId);
    expect(again.root).toEqual(first.root);
    expect(again.ca.sha256).toBe(first.ca.sha256);
    expect(again.server.cert).toBe(first.server.cert);
    expect(again.keySet).toEqual(first.keySet);
    expect(again.secretOf("station-1", "00")).toEqual(first.secretOf("station-1", "00"));
  });

  test("are readable by the owner alone, and no half-written neighbour stays", async () => {
    await openTrust(folder, HOSTS, NOW);
    const names = await readdir(folder);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect(names.every((name) => /^[a-z-]+(\.key)?(\.pem|\.jws|\.key)?$/.test(name))).toBe(true);
  });

  test("a start that was cut short goes on where it ended", async () => {
    const first = await openTrust(folder, HOSTS, NOW);
    for (const name of ["key-set.jws", "server.pem", "stations.key"]) await rm(join(folder, name));
    const again = await openTrust(folder, HOSTS, NOW);
    expect(again.ca.sha256).toBe(first.ca.sha256);
    expect(again.keySet.keys).toEqual(first.keySet.keys);
  });

  test("a new host gets a new server certificate under the same CA", async () => {
    const first = await openTrust(folder, HOSTS, NOW);
    const again = await openTrust(folder, [...HOSTS, "10.1.2.3", "hub.example"], NOW);
    const certificate = new X509Certificate(again.server.cert);
    expect(certificate.checkIP("10.1.2.3")).toBe("10.1.2.3");
    expect(certificate.checkHost("hub.example")).toBe("hub.example");
    expect(certificate.verify(new X509Certificate(first.ca.pem).publicKey)).toBe(true);
  });

  test("a replaced signing key raises the key set's version and revokes the old key", async () => {
    const first = await openTrust(folder, HOSTS, NOW);
    await rm(join(folder, "sign-alert.pem"));
    const again = await openTrust(folder, HOSTS, NOW);
    expect(again.keySet.version).toBe(first.keySet.version + 1);
    expect(again.keySet.revoked).toEqual([first.keySet.keys.find((key) => key.use === "alert")?.kid]);
  });

  test("a key set that somebody changed stops the start", async () => {
    await openTrust(folder, HOSTS, NOW);
    await writeFile(join(folder, "key-set.jws"), "forged");
    await expect(openTrust(folder, HOSTS, NOW)).rejects.toMatchObject({ code: "SIGNATURE_INVALID" });
  });

  test("what it signs is believed by the station it is meant for, by the key set that the root signed", async () => {
    const trust = await openTrust(folder, HOSTS, NOW);
    const believes = { root: trust.root, audience: ["station-1"], now: NOW, clockErrorMs: 0 };
    const keys = await verify("key-set", KeySet, await trust.keySetFor("station-1"), {
      ...believes,
      keySet: null,
    });
    const signed = await trust.sign("command", ["station-1"], NOW + 1_000, NOW, { a: 1 });
    const body = Type.Object({ a: Type.Integer() });
    const opened = await verify("command", body, signed, { ...believes, keySet: keys.body });
    expect(opened.body).toEqual({ a: 1 });
    await expect(verify("plan", body, signed, { ...believes, keySet: keys.body })).rejects.toMatchObject({
      code: "KEY_USE_WRONG",
    });
  });
});

describe("a station's certificate", () => {
  test("names the station, is for clients only, lasts two years and is later than the one before", async () => {
    const trust = await openTrust(folder, HOSTS, NOW);
    const csr = await certificateRequest("station-1");
    const one = await trust.issueStation("station-1", csr, NOW, null);
    const two = await trust.issueStation("station-1", csr, NOW - days(30), one.serial);
    const certificate = new X509Certificate(one.pem);
    expect(certificate.subject).toBe("CN=station-1");
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    expect(certificate.checkIssued(new X509Certificate(trust.ca.pem))).toBe(true);
    expect(certificate.validToDate.getTime()).toBeGreaterThan(NOW + days(700));
    expect(serialOf(certificate.serialNumber)).toBe(one.serial);
    expect(certificate.fingerprint256.replaceAll(":", "").toLowerCase()).toBe(one.fingerprint);
    expect(two.serial > one.serial).toBe(true);
  });

  test.each([
    ["of another station", () => certificateRequest("station-2")],
    ["of a key that is not EC P-256", () => certificateRequest("station-1", "P-384")],
    [
      "that is no request",
      async () => "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----",
    ],
    ["with two names", () => certificateRequest("station-1, CN=station-2")],
    ["that was changed after signing", async () => broken(await certificateRequest("station-1"))],
  ])("a request %s is refused", async (_, request) => {
    const trust = await openTrust(folder, HOSTS, NOW);
    const issue = trust.issueStation("station-1", await request(), NOW, null);
    await expect(issue).rejects.toMatchObject({ code: "CSR_INVALID" });
  });

  test("secrets differ by station and by certificate", async () => {
    const trust = await openTrust(folder, HOSTS, NOW);
    const secrets = [
      trust.secretOf("station-1", "01"),
      trust.secretOf("station-1", "02"),
      trust.secretOf("station-2", "01"),
    ].map((secret) => Buffer.from(secret).toString("hex"));
    expect(new Set(secrets).size).toBe(3);
    expect(secrets[0]).toHaveLength(64);
  });
});

function broken(pem: string): string {
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ""), "base64");
  der[der.length - 3]! ^= 1;
  return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
}

test("an EC key is PKCS #8", () => expect(newEcKey()).toContain("BEGIN PRIVATE KEY"));
