import { silentLog } from "@loa/kernel/log";
import { ManualClock } from "@loa/kernel/manual-clock";
import { minutes, seconds } from "@loa/kernel/units";
import { afterEach, beforeEach, expect, test } from "vitest";
import { carefulGet } from "./careful-get.ts";
import { LoopbackSource } from "./loopback-source.fixture.ts";
import { CapPoller } from "./poller.ts";

let source: LoopbackSource;
let clock: ManualClock;
let poller: CapPoller;
let received: string[];

beforeEach(async () => {
  source = await LoopbackSource.start();
  clock = new ManualClock(Date.UTC(2026, 8, 5));
  received = [];
  poller = new CapPoller({
    source: {
      ...{ name: "Đài", url: `${source.base}/feed`, everySeconds: 60, areaId: "tinh", allowPrivate: true },
      ...{ rules: [], otherwise: "wait", geocodes: [], languages: ["vi"] },
    },
    ...{ get: carefulGet, clock, log: silentLog },
    receive: (xml) => void received.push(new TextDecoder().decode(xml)),
  });
});
afterEach(async () => {
  poller.close();
  await source.end();
});

const until = (what: () => unknown) => expect.poll(what, { timeout: 20_000 });
/** Its next round, over: every round asks for the feed and then says when the next is. */
async function round(): Promise<void> {
  if (poller.state().nextAt === undefined) poller.start();
  const { nextAt = 0 } = poller.state();
  await clock.advance(Math.max(0, nextAt - clock.now()));
  await until(() => poller.state().nextAt).not.toBe(nextAt);
}
const wait = () => (poller.state().nextAt ?? 0) - clock.now();
const feedOf = (paths: readonly string[]) =>
  source.answers.set("/feed", (_, response) => {
    const entries = paths.map((path) => `<entry><id>${path}</id><link href="${path}"/></entry>`);
    response.end(`<feed xmlns="http://www.w3.org/2005/Atom">${entries.join("")}</feed>`);
  });
const document = (path: string) => source.answers.set(path, (_, response) => void response.end(path));

test("of ten thousand entries some are asked for each round, and what is new goes before all that waits", async () => {
  const paths = Array.from({ length: 10_000 }, (_, i) => `/${i}`);
  for (const path of paths) document(path);
  feedOf(paths);
  await round();
  const first = received.length;
  expect(first).toBeGreaterThan(10);
  expect(first).toBeLessThan(100);
  document("/new");
  feedOf([...paths, "/new"]);
  await round();
  expect(received[first]).toBe("/new");
  expect(received.length).toBe(2 * first);
  expect(new Set(received).size).toBe(received.length);
  expect(poller.state()).toMatchObject({ state: "ok", entries: 10_001 });
});

test("the newest entries by their own word are asked for first", async () => {
  const paths = Array.from({ length: 100 }, (_, i) => `/${i}`);
  for (const [i, path] of paths.entries()) source.publish(path.slice(1), path, clock.now() - minutes(i));
  source.answers.set("/feed", (_, response) => {
    const entries = paths.map((path, i) => {
      const updated = new Date(clock.now() - minutes(100 - i)).toISOString();
      return `<entry><id>${path}</id><updated>${updated}</updated><link href="${path}"/></entry>`;
    });
    response.end(`<feed xmlns="http://www.w3.org/2005/Atom">${entries.join("")}</feed>`);
  });
  await round();
  expect(received.slice(0, 3)).toEqual(["/99", "/98", "/97"]);
});

test("a document that is gone for good is asked for once, one that is missing again", async () => {
  feedOf(["/gone", "/missing"]);
  source.answers.set("/gone", (_, response) => void response.writeHead(410).end());
  for (let i = 0; i < 3; i++) await round();
  expect([source.count("/gone"), source.count("/missing")]).toEqual([1, 3]);
});

test.each([
  ["in seconds", () => "600", minutes(10)],
  ["as a date", () => new Date(clock.now() + minutes(10)).toUTCString(), minutes(10)],
  ["for a day", () => "86400", minutes(15)],
])("a source that asks to be left in peace %s is, for a quarter of an hour at most", async (_, after, ms) => {
  source.answers.set("/feed", (_request, response) => {
    response.writeHead(503, { "retry-after": after() }).end();
  });
  await round();
  expect(wait()).toBeGreaterThan(ms - seconds(2));
  expect(wait()).toBeLessThanOrEqual(ms);
});

test.each(["soon", "-5", "0"])(
  "a source that wants to be asked again %j is asked as after any failure",
  async (after) => {
    source.answers.set(
      "/feed",
      (_, response) => void response.writeHead(503, { "retry-after": after }).end(),
    );
    await round();
    expect(wait()).toBe(minutes(2));
  },
);

test("a feed that is gone for good is asked for every five minutes, and taken up when it is back", async () => {
  source.answers.set("/feed", (_, response) => void response.writeHead(410).end());
  await round();
  expect(wait()).toBe(minutes(5));
  feedOf(["/1"]);
  document("/1");
  await round();
  expect([received, poller.state().state]).toEqual([["/1"], "ok"]);
});

test("a document whose source asks for peace is left in peace, and others are not", async () => {
  feedOf(["/busy"]);
  source.answers.set("/busy", (_, response) => void response.writeHead(429, { "retry-after": "150" }).end());
  await round();
  feedOf(["/busy", "/1"]);
  document("/1");
  await round();
  expect([source.count("/busy"), received]).toEqual([1, ["/1"]]);
  document("/busy");
  await round();
  await round();
  expect(received).toEqual(["/1", "/busy"]);
});

test("the pace counts from the beginning of a round, however long its documents take", async () => {
  feedOf(["/slow"]);
  source.answers.set("/slow", (_, response) => {
    void clock.advance(seconds(9)).then(() => response.end("/slow"));
  });
  await round();
  expect([received, wait()]).toEqual([["/slow"], seconds(51)]);
});

test("a feed that does not change is not read again, and what it named is not asked for again", async () => {
  source.publish("1", "<alert/>", clock.now());
  for (let i = 0; i < 4; i++) await round();
  expect([source.count("/feed"), source.count("/1")]).toEqual([4, 1]);
  const [, ...later] = source.asked.filter(({ url }) => url === "/feed");
  expect(later.every(({ headers }) => headers["if-none-match"] === '"v1"')).toBe(true);
});
