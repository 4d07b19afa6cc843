import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type KeptFleet, keepFleet, loadFleet } from "./identities.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loa-fleet-"));
  file = join(folder, "fleet", "identities.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const FLEET: KeptFleet = {
  hub: {
    ...{ hubId: "hub-1", ca: "PEM", mqtt: "mqtts://127.0.0.1:1", assets: "https://127.0.0.1:2" },
    root: { kid: "root", x: "x".repeat(43) },
    keySet: { version: 1, keys: [], revoked: [], expires: 1 },
  },
  session: 3,
  stations: [
    {
      ...{ station: "vinh-01-01", certificate: "PEM", key: "PEM", secret: "s" },
      ...{ areaPath: ["nghe-an", "vinh", "vinh-01"], areaRevision: 1 },
    },
  ],
};

test("a fleet is found again as it was kept, and nobody else reads it", () => {
  expect(loadFleet(file)).toBeNull();
  keepFleet(file, FLEET);
  expect(loadFleet(file)).toEqual(FLEET);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, "fleet")).mode & 0o777).toBe(0o700);
  expect(existsSync(`${file}.new`)).toBe(false);
});

test("a file that is damaged is named and left as it is", () => {
  keepFleet(file, FLEET);
  writeFileSync(file, '{"hub": {');
  expect(() => loadFleet(file)).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(file) }),
  );
  expect(existsSync(file)).toBe(true);
});
