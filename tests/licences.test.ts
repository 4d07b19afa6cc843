import { globSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { importsOf } from "../scripts/architecture.ts";
import { allowance, readDependencies } from "../scripts/licences.ts";

const ROOT = path.resolve(import.meta.dirname, "..");
const SKIPPED = new Set(["node_modules", "dist", ".git", "data", "coverage"]);
const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
const files = (pattern: string) =>
  globSync(pattern, { cwd: ROOT, exclude: (name) => SKIPPED.has(path.basename(name)) });

const dependencies = readDependencies();

test("every dependency, other platforms' included, has an allowed licence", () => {
  const refused = dependencies.filter((one) => allowance(one) === false);
  expect(refused.map(({ name, version, licence }) => `${name}@${version} ${licence}`)).toEqual([]);
  expect(dependencies.map(({ name }) => name)).toContain("lightningcss-win32-x64-msvc");
});

describe("a licence", () => {
  test.each([
    ["some-package", "MIT", true],
    ["some-package", "(MIT OR GPL-3.0-only)", true],
    ["some-package", "MIT AND GPL-3.0-only", false],
    ["some-package", "GPL-3.0-or-later", false],
    ["some-package", "MPL-2.0", false],
    ["some-package", "unknown", false],
    ["ffmpeg-static", "GPL-3.0-or-later", expect.stringContaining("separate program")],
    ["ffmpeg-static", "AGPL-3.0-only", false],
  ])("of %s: %s", (name, licence, expected) =>
    expect(allowance({ name, licence, dev: false })).toEqual(expected),
  );

  test("a tool of the tests may be under MPL-2.0 as long as nothing else needs it", () => {
    const axe = { name: "axe-core", licence: "MPL-2.0" };
    expect(allowance({ ...axe, dev: true })).toContain("nothing of it is shipped");
    expect(allowance({ ...axe, dev: false })).toBe(false);
  });
});

test("no source imports what may only run as a program of its own", () => {
  const importers = files("**/*.ts").filter((file) =>
    importsOf(read(file)).some(({ from }) => from === "ffmpeg-static" || from.startsWith("ffmpeg-static/")),
  );
  expect(importers).toEqual([]);
});

test("every dependency is pinned to one version", () => {
  const loose = files("{package.json,*/package.json}").flatMap((file) => {
    const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = JSON.parse(read(file));
    return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)))
      .map(([name, version]) => `${file}: ${name} ${version}`);
  });
  expect(loose).toEqual([]);
});

describe("the lock file", () => {
  const packages: [string, { link?: boolean; resolved?: string }][] = Object.entries(
    JSON.parse(read("package-lock.json")).packages,
  );

  test("records no download addresses", () => {
    const addressed = packages.filter(([, { link, resolved }]) => resolved !== undefined && !link);
    expect(addressed.map(([where]) => where)).toEqual([]);
  });

  test("names every optional package of every platform, without which npm ci refuses it", () => {
    const named = new Set(dependencies.map(({ name }) => name));
    const absent = dependencies.flatMap(({ name, optional }) =>
      optional.filter((one) => !named.has(one)).map((one) => `${name} → ${one}`),
    );
    expect(absent).toEqual([]);
  });
});

test("no file names a package registry", () => {
  const registry = /registry\.(npmjs|yarnpkg|npmmirror)|(deb|security)\.debian\.org|^\s*registry\s*=/m;
  const naming = files("**/{*,.*}").filter(
    (file) => statSync(path.join(ROOT, file)).isFile() && registry.test(read(file)),
  );
  expect(naming).toEqual([]);
});
