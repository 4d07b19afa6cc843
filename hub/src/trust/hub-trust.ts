import { hkdfSync, randomBytes, X509Certificate } from "node:crypto";
import { join } from "node:path";
import type { UnixMs } from "@loa/kernel/clock";
import { days } from "@loa/kernel/units";
import { type SignedKind, type Signer, sign } from "@loa/protocol/envelope";
import type { StationId } from "@loa/protocol/identity";
import { KEY_USES, type KeySet, type KeyUse, type PublicKey } from "@loa/protocol/key-set";
import { CertificateAuthority, type Issued, newEcKey, selfSign } from "./certificates.ts";
import { keepFile, keptOrMade, readKept } from "./key-files.ts";
import { currentKeySet, newSigningKey, openSigningKey } from "./signing-keys.ts";

const RENEW_SERVER_BEFORE_MS = days(60);

/** Key and certificate chain of the station-side listeners, PEM. The chain ends in the CA, which labels pin. */
export interface ServerIdentity {
  readonly key: string;
  readonly cert: string;
}

/** Who the hub is and what it may sign. Everything in it outlives the database: it is kept in files. */
export interface HubTrust {
  readonly hubId: string;
  readonly ca: CertificateAuthority;
  readonly server: ServerIdentity;
  readonly root: PublicKey;
  readonly keySet: KeySet;
  /** The key set as the root signs it for one station. */
  keySetFor(station: StationId): Promise<string>;
  /** Signs a message body for `audience` until `until`. */
  sign(kind: KeyUse, audience: readonly string[], until: UnixMs, now: UnixMs, body: unknown): Promise<string>;
  /** Issues a station's certificate, later than the one of serial `after`. @throws CSR_INVALID */
  issueStation(station: StationId, csr: string, now: UnixMs, after: string | null): Promise<Issued>;
  /** The 256-bit secret that a station holds together with the certificate of this serial. */
  secretOf(station: StationId, serial: string): Uint8Array;
}

/**
 * Opens the hub's keys in `folder`; on the first start makes them. Each file is made on its own from those before it, so
 * a start that was cut short goes on where it ended. `hosts`: names and addresses under which stations reach the hub.
 */
export async function openTrust(folder: string, hosts: readonly string[], now: UnixMs): Promise<HubTrust> {
  const at = (name: string) => join(folder, name);
  const hubId = (await keptOrMade(at("hub-id"), () => `hub-${randomBytes(8).toString("hex")}`)).trim();
  const root = openSigningKey(await keptOrMade(at("root.pem"), newSigningKey), "root");
  const caKey = await keptOrMade(at("ca.key.pem"), newEcKey);
  const caPem = await keptOrMade(at("ca.pem"), () => selfSign(caKey, `Loa CA ${hubId}`, now));
  const ca = new CertificateAuthority(caKey, caPem);
  const server = await openServer(at, ca, hosts, now);
  const master = Buffer.from(
    await keptOrMade(at("stations.key"), () => randomBytes(32).toString("base64")),
    "base64",
  );
  const signers = await openSigners(at);
  const keySet = await openKeySet(at("key-set.jws"), hubId, root, signers, now);
  return {
    hubId,
    ca,
    server,
    root: root.public,
    keySet,
    keySetFor: (station) =>
      sign("key-set", root.signer, payload(hubId, [station], keySet.expires, now, keySet)),
    sign: (kind, audience, until, signedAt, body) =>
      sign(kind satisfies SignedKind, signers[kind].signer, payload(hubId, audience, until, signedAt, body)),
    issueStation: (station, csr, issuedAt, after) => ca.issueStation(station, csr, issuedAt, after),
    secretOf: (station, serial) =>
      new Uint8Array(hkdfSync("sha256", master, "", `loa/1 station ${station} ${serial}`, 32)),
  };
}

type Opened = { signer: Signer; public: PublicKey };

async function openSigners(at: (name: string) => string): Promise<Record<KeyUse, Opened>> {
  const entries: [KeyUse, Opened][] = [];
  for (const use of KEY_USES)
    entries.push([use, openSigningKey(await keptOrMade(at(`sign-${use}.pem`), newSigningKey), use)]);
  return Object.fromEntries(entries) as Record<KeyUse, Opened>;
}

async function openKeySet(
  path: string,
  hubId: string,
  root: Opened,
  signers: Record<KeyUse, Opened>,
  now: UnixMs,
): Promise<KeySet> {
  const kept = await readKept(path);
  const keys = KEY_USES.map((use) => ({ ...signers[use].public, use }));
  const current = await currentKeySet(kept, hubId, root, keys, now);
  if (current.compact !== kept?.trim()) await keepFile(path, current.compact);
  return current.keySet;
}

async function openServer(
  at: (name: string) => string,
  ca: CertificateAuthority,
  hosts: readonly string[],
  now: UnixMs,
): Promise<ServerIdentity> {
  const key = await keptOrMade(at("server.key.pem"), newEcKey);
  const kept = await readKept(at("server.pem"));
  if (kept && stillServes(kept, ca, hosts, now)) return { key, cert: kept + ca.pem };
  const { pem } = await ca.issueServer(key, hosts, now);
  await keepFile(at("server.pem"), pem);
  return { key, cert: pem + ca.pem };
}

function stillServes(pem: string, ca: CertificateAuthority, hosts: readonly string[], now: UnixMs): boolean {
  const certificate = new X509Certificate(pem);
  return (
    certificate.checkIssued(new X509Certificate(ca.pem)) &&
    certificate.validToDate.getTime() - now > RENEW_SERVER_BEFORE_MS &&
    hosts.every((host) => certificate.checkHost(host) ?? certificate.checkIP(host))
  );
}

const payload = (iss: string, aud: readonly string[], until: UnixMs, now: UnixMs, body: unknown) => ({
  iss,
  aud: [...aud],
  iat: now / 1_000,
  exp: until / 1_000,
  body,
});
