import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DeskUnderTest, deskUnderTest } from "../testing/desk-under-test.ts";

const folder = mkdtempSync(join(tmpdir(), "loa-dist-"));
const page = { accept: "text/html,application/xhtml+xml" };
let under: DeskUnderTest;
beforeAll(async () => {
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Loa</title>");
  writeFileSync(join(folder, "assets", "app-Bx81kq0Z.js"), "export {}");
  writeFileSync(join(folder, "sw.js"), "self");
  under = await deskUnderTest({ LOA_DASHBOARD: folder });
});
afterAll(async () => {
  await under.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each(["/", "/stations/vinh-tan-01", "/schedules?view=week"])(
  "%s answers with the page, asked for anew each time",
  async (url) => {
    const answer = await under.server.inject({ url, headers: page });
    expect([answer.statusCode, answer.headers["cache-control"]]).toEqual([200, "no-cache"]);
    expect(answer.body).toContain("<title>Loa</title>");
    expect(answer.headers["content-security-policy"]).toContain(
      "script-src 'self';style-src 'self' 'unsafe-inline'",
    );
  },
);

test("files named by their hash are kept for good, others are not", async () => {
  const cached = async (url: string) => (await under.server.inject(url)).headers["cache-control"];
  expect(await cached("/assets/app-Bx81kq0Z.js")).toBe("public, max-age=31536000, immutable");
  expect(await cached("/sw.js")).toBe("no-cache");
});

test.each(["/api/v1/nothing", "/assets/gone-12345678.js", "/api/nothing"])(
  "%s is not the page",
  async (url) => {
    const answer = await under.server.inject({ url, headers: page });
    expect([answer.statusCode, answer.json().code]).toEqual([404, "NOT_FOUND"]);
  },
);

test("a configured tile server is told at log-in, and pages may show its pictures", async () => {
  const tiles = { LOA_TILE_URL: "https://tiles.example/{z}/{x}/{y}.png", LOA_TILE_ATTRIBUTION: "© Example" };
  const tiled = await deskUnderTest({ LOA_DASHBOARD: folder, ...tiles });
  const policyOf = async ({ server }: DeskUnderTest) =>
    (await server.inject({ url: "/", headers: page })).headers["content-security-policy"];
  const admin = await tiled.as("admin");
  const { map } = (await admin("GET", "/me")).json();
  expect(map).toEqual({ url: "https://tiles.example/{z}/{x}/{y}.png", attribution: "© Example" });
  expect(await policyOf(tiled)).toContain("img-src 'self' data: blob: https://tiles.example;");
  expect(await policyOf(under)).toContain("img-src 'self' data: blob:;");
  await tiled.close();
});

test("nothing outside the folder is served", async () => {
  const answer = await under.server.inject("/..%2f..%2fetc/passwd");
  expect(answer.statusCode).toBe(404);
});
