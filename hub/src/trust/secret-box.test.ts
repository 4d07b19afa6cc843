import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { SecretBox } from "./secret-box.ts";

const folder = mkdtempSync(join(tmpdir(), "loa-box-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = Buffer.from("twenty secret bytes!");

test("what was sealed opens after a restart, and the key's file is for its owner alone", async () => {
  const file = join(folder, "key");
  const sealed = (await SecretBox.open(file)).seal(secret, "lan");
  expect(sealed).not.toContain(secret.toString("base64url"));
  expect(Buffer.from((await SecretBox.open(file)).unseal(sealed, "lan"))).toEqual(secret);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8").trim()).toHaveLength(43);
});

test("what was moved to another's row, changed, or sealed by another key does not open", async () => {
  const box = await SecretBox.open(join(folder, "key"));
  const sealed = box.seal(secret, "lan");
  expect(() => box.unseal(sealed, "minh")).toThrow(/does not open/);
  const bytes = Buffer.from(sealed, "base64url");
  bytes[bytes.length - 1]! ^= 1;
  expect(() => box.unseal(bytes.toString("base64url"), "lan")).toThrow(/does not open/);
  const other = await SecretBox.open(join(folder, "other"));
  expect(() => other.unseal(sealed, "lan")).toThrow(/does not open/);
});
