import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { silentLog } from "@loa/kernel/log";
import { ManualClock } from "@loa/kernel/manual-clock";
import { minutes } from "@loa/kernel/units";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { newFolder } from "../folder.fixture.ts";
import { AssetCache } from "./asset-cache.ts";

const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

interface Asked {
  readonly sha256: string;
  readonly headers: IncomingHttpHeaders;
}

/** A hub's asset server that misbehaves as told; whole answers honour Range. */
async function serve(assets: readonly Buffer[]) {
  const byHash = new Map(assets.map((bytes) => [digest(bytes), bytes]));
  const asked: Asked[] = [];
  const tricks: ((response: ServerResponse, bytes: Buffer) => void)[] = [];
  const server = createServer((request, response) => {
    const sha256 = String(request.url).replace("/assets/", "");
    asked.push({ sha256, headers: request.headers });
    const bytes = byHash.get(sha256);
    const trick = tricks.shift();
    if (trick) return trick(response, bytes ?? Buffer.alloc(0));
    if (!bytes) return void response.writeHead(404).end();
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (from >= bytes.length) return void response.writeHead(416).end();
    response
      .writeHead(from > 0 ? 206 : 200, { "content-length": bytes.length - from })
      .end(bytes.subarray(from));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const publish = (bytes: Buffer) => byHash.set(digest(bytes), bytes);
  return { url, asked, tricks, publish, close: () => server.close() };
}

async function cacheOf(assets: readonly Buffer[], folder = newFolder()) {
  const hub = await serve(assets);
  const clock = new ManualClock();
  const cache = new AssetCache(folder, clock, silentLog);
  onTestFinished(() => cache.close());
  const connect = () => cache.connect({ url: hub.url, tls: null, headers: { authorization: "Station s:p" } });
  const files = () => readdirSync(join(folder, "assets")).sort();
  /** Lets retries fall due until all that is wanted is here. */
  const complete = () =>
    vi.waitFor(async () => {
      await clock.advance(minutes(1));
      expect(cache.missing()).toEqual([]);
    });
  const idle = () => vi.waitFor(() => expect(clock.pending()).toContain("fetch-assets"));
  return { hub, clock, cache, folder, files, connect, complete, idle };
}

const one = randomBytes(300_000);
const two = randomBytes(5_000);

describe("the asset cache", () => {
  test("fetches what is named, proves itself, and tells", async () => {
    const { cache, hub, connect, complete, files } = await cacheOf([one, two]);
    let told = 0;
    cache.onChange(() => told++);
    connect();
    await cache.keepOnly([digest(one), digest(two)]);
    expect(cache.missing()).toEqual([digest(one), digest(two)]);
    await complete();
    expect([cache.has(digest(one)), told]).toEqual([true, 2]);
    expect(readFileSync(cache.path(digest(one))).equals(one)).toBe(true);
    expect(hub.asked.map(({ headers }) => headers.authorization)).toEqual(["Station s:p", "Station s:p"]);
    expect(files()).toEqual([digest(one), digest(two)].sort());
  });

  test("goes on where a download was cut off", async () => {
    const { cache, hub, connect, complete, idle } = await cacheOf([one]);
    let cut = () => {};
    hub.tricks.push((response, bytes) => {
      response.writeHead(200, { "content-length": bytes.length }).write(bytes.subarray(0, 100_000));
      cut = () => response.destroy();
    });
    connect();
    await cache.keepOnly([digest(one)]);
    const part = `${cache.path(digest(one))}.part`;
    await vi.waitFor(() => expect(statSync(part).size).toBe(100_000));
    cut();
    await idle();
    expect(cache.has(digest(one))).toBe(false);
    await complete();
    expect(hub.asked.map(({ headers }) => headers.range)).toEqual([undefined, "bytes=100000-"]);
    expect(readFileSync(cache.path(digest(one))).equals(one)).toBe(true);
  });

  test("goes on after a restart, and starts over where the hub sends the whole", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "assets"));
    writeFileSync(join(folder, "assets", `${digest(one)}.part`), one.subarray(0, 7));
    const { cache, hub, connect, complete } = await cacheOf([one], folder);
    hub.tricks.push((response, bytes) => response.writeHead(200).end(bytes));
    connect();
    await cache.keepOnly([digest(one)]);
    await complete();
    expect(hub.asked.map(({ headers }) => headers.range)).toEqual(["bytes=7-"]);
    expect(readFileSync(cache.path(digest(one))).equals(one)).toBe(true);
  });

  test.each([
    ["longer than the asset", Buffer.concat([two, two])],
    ["as long as the asset, and wrong", randomBytes(two.length)],
    ["the beginning of something else", randomBytes(100)],
  ])("starts over when what it has is %s", async (_, part) => {
    const folder = newFolder();
    mkdirSync(join(folder, "assets"));
    writeFileSync(join(folder, "assets", `${digest(two)}.part`), part);
    const { cache, connect, complete, files } = await cacheOf([two], folder);
    connect();
    await cache.keepOnly([digest(two)]);
    await complete();
    expect(readFileSync(cache.path(digest(two))).equals(two)).toBe(true);
    expect(files()).toEqual([digest(two)]);
  });

  test("refuses what has another hash, and fetches anew", async () => {
    const { cache, hub, connect, complete, idle, files } = await cacheOf([two]);
    hub.tricks.push((response, bytes) => response.writeHead(200).end(randomBytes(bytes.length)));
    connect();
    await cache.keepOnly([digest(two)]);
    await idle();
    expect([cache.has(digest(two)), files()]).toEqual([false, []]);
    await complete();
    expect(hub.asked.map(({ headers }) => headers.range)).toEqual([undefined, undefined]);
  });

  test("asks again for what the hub does not have yet, later and later", async () => {
    const { cache, clock, hub, connect, complete, idle } = await cacheOf([]);
    connect();
    await cache.keepOnly([digest(two)]);
    await idle();
    const asked = hub.asked.length;
    await clock.advance(499);
    expect(hub.asked).toHaveLength(asked);
    await clock.advance(501);
    await vi.waitFor(() => expect(hub.asked).toHaveLength(asked + 1));
    await idle();
    await clock.advance(999);
    expect(hub.asked).toHaveLength(asked + 1);
    hub.publish(two);
    await complete();
  });

  test("fetches the others while the hub lacks one", async () => {
    const { cache, connect } = await cacheOf([one, two]);
    connect();
    await cache.keepOnly(["0".repeat(64), digest(one), "1".repeat(64), digest(two)]);
    await vi.waitFor(() => expect(cache.missing()).toEqual(["0".repeat(64), "1".repeat(64)]));
  });

  test("asks an unreachable hub for one asset only, and again later", async () => {
    const { cache, hub, clock, connect, complete, idle } = await cacheOf([one, two]);
    const fail = (response: ServerResponse) => response.destroy();
    hub.tricks.push(fail);
    connect();
    await cache.keepOnly([digest(one), digest(two)]);
    await idle();
    expect([hub.asked.length, clock.pending()]).toEqual([1, ["fetch-assets"]]);
    await complete();
  });

  test("asks at once when it is kicked, and keeps one retry", async () => {
    const { cache, hub, clock, connect, idle } = await cacheOf([]);
    connect();
    await cache.keepOnly([digest(two)]);
    await idle();
    hub.publish(two);
    cache.kick();
    await vi.waitFor(() => expect(cache.has(digest(two))).toBe(true));
    expect(clock.pending()).toEqual([]);
  });

  test("removes what is no longer named, halves too", async () => {
    const { cache, connect, complete, folder, files } = await cacheOf([one, two]);
    connect();
    await cache.keepOnly([digest(one), digest(two)]);
    await complete();
    writeFileSync(join(folder, "assets", `${"a".repeat(64)}.part`), "half");
    await cache.keepOnly([digest(two)]);
    expect([files(), cache.has(digest(one)), cache.has(digest(two))]).toEqual([[digest(two)], false, true]);
    await cache.keepOnly([]);
    expect([files(), cache.has(digest(two)), cache.missing()]).toEqual([[], false, []]);
  });

  test("believes after a restart only what it has verified, without a hub", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "assets"));
    writeFileSync(join(folder, "assets", digest(one)), one);
    writeFileSync(join(folder, "assets", digest(two)), Buffer.concat([two.subarray(1), Buffer.of(0)]));
    const { cache, files } = await cacheOf([], folder);
    expect(cache.has(digest(one))).toBe(false);
    await cache.keepOnly([digest(one), digest(two)]);
    expect([cache.has(digest(one)), cache.missing(), files()]).toEqual([true, [digest(two)], [digest(one)]]);
  });

  test("finds an asset that was damaged on disk, says so, and fetches it anew", async () => {
    const { cache, hub, connect, complete } = await cacheOf([two]);
    connect();
    await cache.keepOnly([digest(two)]);
    await complete();
    expect(await cache.verify(digest(two))).toBe(true);
    writeFileSync(cache.path(digest(two)), Buffer.alloc(two.length));
    const told: boolean[] = [];
    cache.onChange(() => told.push(cache.has(digest(two))));
    expect(await cache.verify(digest(two))).toBe(false);
    expect(told[0]).toBe(false);
    await complete();
    expect([hub.asked.length, told.at(-1)]).toEqual([2, true]);
    expect(readFileSync(cache.path(digest(two))).equals(two)).toBe(true);
  });

  test("takes an asset that cannot be read for a damaged one", async () => {
    const { cache, connect, complete } = await cacheOf([two]);
    mkdirSync(cache.path(digest(two)));
    await cache.keepOnly([digest(two)]);
    expect([cache.has(digest(two)), existsSync(cache.path(digest(two)))]).toEqual([false, false]);
    connect();
    await complete();
  });

  test("finds an asset that is gone from disk", async () => {
    const { cache } = await cacheOf([]);
    await cache.keepOnly([digest(two)]);
    expect(await cache.verify(digest(two))).toBe(false);
    expect(existsSync(cache.path(digest(two)))).toBe(false);
  });

  test("asks nothing more once it is closed", async () => {
    const { cache, clock, hub, connect, idle } = await cacheOf([]);
    connect();
    await cache.keepOnly([digest(two)]);
    await idle();
    cache.close();
    const asked = hub.asked.length;
    await clock.advance(minutes(10));
    cache.kick();
    expect([hub.asked.length, clock.pending()]).toEqual([asked, []]);
  });
});

test("what alerts need is named before the plan without the plan's audio being lost, and kept beside it", async () => {
  const folder = newFolder();
  const before = new AssetCache(folder, new ManualClock(0), silentLog);
  const [planned, spoken] = [before.put(Buffer.from("planned")), before.put(Buffer.from("spoken"))];
  const other = before.put(Buffer.from("of nobody"));
  const cache = new AssetCache(folder, new ManualClock(0), silentLog);
  await cache.keepOnly([spoken], "alerts");
  await cache.keepOnly([planned]);
  expect([planned, spoken, other].map((sha256) => cache.has(sha256))).toEqual([true, true, false]);
  await cache.keepOnly([], "alerts");
  expect([planned, spoken].map((sha256) => cache.has(sha256))).toEqual([true, false]);
});
