import { readFileSync } from "node:fs";
import { minutes, seconds } from "@loa/kernel/units";
import type { CapSourceState } from "@loa/protocol/http/cap";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { capArea } from "../core/cap-alert.fixture.ts";
import { LoopbackSource } from "../interop/cap/loopback-source.fixture.ts";
import type { CapSource } from "../interop/cap/source-schema.ts";
import { writeCap } from "../interop/cap/write-cap.ts";
import { makeFile } from "../testing/recordings.ts";
import { eachWithLine, hub, shown, there, told, words } from "./alerts.fixture.ts";
import { AIRING, about, KIM_LIEN, listed, message, PROGRAM, post, storm } from "./cap.fixture.ts";

eachWithLine();
/** Each speaks several texts aloud, on whatever machine. */
vi.setConfig({ testTimeout: 60_000 });
let source: LoopbackSource;
beforeEach(async () => {
  source = await LoopbackSource.start();
});
afterEach(() => source.end());

/** A source as `hub.yaml` names it. */
const configOf = ({ base }: LoopbackSource, more: Partial<CapSource> = {}): CapSource => ({
  ...{ name: "Đài khí tượng", url: `${base}/feed`, everySeconds: 5, areaId: "nghe-an" },
  ...{ allowPrivate: true, ...AIRING, ...more },
});

async function polling(...sources: CapSource[]): Promise<void> {
  hub.cap = { ...hub.cap, capSources: sources };
  await hub.restart();
  await hub.clock.advance(1);
}
const states = async () => (await hub.ask("GET", "/alerts/cap/sources")).body.items as CapSourceState[];
const state = async (name = "Đài khí tượng") => (await states()).find((one) => one.name === name);
/** The next round, once the one before is over. */
async function round(ms = seconds(5)): Promise<void> {
  const before = source.count("/feed");
  await expect
    .poll(async () => {
      await hub.clock.advance(ms);
      return source.count("/feed");
    })
    .toBeGreaterThan(before);
}
const until = (what: () => unknown) => expect.poll(what, { timeout: 20_000 });

describe("a source", () => {
  test("is asked at its pace; its feed comes only when it changed, and each document once", async () => {
    const alert = message();
    source.publish("1", writeCap(alert), hub.clock.now());
    await polling(configOf(source));
    await until(async () => (await listed()).map((one) => one.state)).toEqual(["aired"]);
    for (let i = 0; i < 3; i++) await round();
    source.publish("2", writeCap(message()), hub.clock.now());
    await round();
    await until(async () => (await listed()).length).toBe(2);
    expect([source.count("/1"), source.count("/2")]).toEqual([1, 1]);
    const conditional = source.asked.filter(({ url }) => url === "/feed").slice(1);
    expect(conditional.every(({ headers }) => headers["if-none-match"] !== undefined)).toBe(true);
    expect(await state()).toMatchObject({ state: "ok", entries: 2, failures: 0 });
  });

  test("airs, updates and calls back through its feed, each station hearing each once", async () => {
    const alert = message();
    source.publish("1", writeCap(alert), hub.clock.now());
    await polling(configOf(source));
    const one = await there("kim-lien-1");
    const first = (await told(one)).alert;
    expect(first).toMatchObject({ action: "alert", headline: "Bão số 7" });
    source.publish("2", writeCap(about([alert], { msgType: "Cancel", infos: [] })), hub.clock.now());
    await round();
    await until(async () => (await told(one)).alert.action).toBe("recall");
    expect(await shown(first.alertId)).toMatchObject({ state: "recalled" });
  });

  test("that fails is left in peace for longer and longer, and says why; another goes on", async () => {
    const good = await LoopbackSource.start();
    source.answers.set("/feed", (_, response) => void response.writeHead(503).end());
    await polling(configOf(source), configOf(good, { name: "Đài tốt" }));
    await until(async () => (await state())?.failures).toBe(1);
    const first = (await state())?.nextAt ?? 0;
    expect(first - hub.clock.now()).toBeGreaterThan(seconds(5));
    await hub.clock.advance(first - hub.clock.now());
    await until(async () => (await state())?.failures).toBe(2);
    const { lastError, nextAt = 0, ...rest } = (await state()) as CapSourceState;
    expect(nextAt - hub.clock.now()).toBeGreaterThan(seconds(10));
    expect(rest).toMatchObject({ state: "failing" });
    expect(lastError).toMatchObject({ code: "SOURCE_UNREACHABLE" });
    await until(async () => (await state("Đài tốt"))?.state).toBe("ok");
    good.publish("1", writeCap(message()), hub.clock.now());
    await until(async () => {
      await hub.clock.advance(seconds(5));
      return (await listed()).length;
    }).toBe(1);
    source.answers.clear();
    await hub.clock.advance(minutes(5));
    await until(async () => (await state())?.state).toBe("ok");
    await good.end();
  });

  test.each([
    ["no feed", (text: string) => text.replace(/feed/g, "html"), "FEED_INVALID"],
    ["an entity bomb", () => `<!DOCTYPE a [<!ENTITY b "b">]><feed>&b;</feed>`, "CAP_FORBIDDEN_XML"],
    ["more than is read", () => "x".repeat(1_000_001), "SOURCE_TOO_LARGE"],
  ])("that gives %s fails by name", async (_, spoilt, code) => {
    source.answers.set("/feed", (_request, response) => void response.end(spoilt("<feed></feed>")));
    await polling(configOf(source));
    await until(async () => (await state())?.lastError?.code).toBe(code);
  });

  test("whose one document is bad still gives the others, and the bad one is kept as invalid", async () => {
    source.publish("1", `<!DOCTYPE a [<!ENTITY b "b">]><alert>&b;</alert>`, hub.clock.now());
    source.publish("2", writeCap(message()), hub.clock.now() - 1);
    await polling(configOf(source));
    await until(async () => (await listed()).map((one) => one.state).sort()).toEqual(["aired", "invalid"]);
  });

  test("whose documents cannot be had for long is asked for them until they can, and for new ones meanwhile", async () => {
    source.publish("1", writeCap(message()), hub.clock.now());
    source.answers.set("/1", (_, response) => void response.writeHead(503).end());
    await polling(configOf(source));
    for (let i = 0; i < 12; i++) await round();
    const asked = source.count("/1");
    expect([asked > 4, asked < 12]).toEqual([true, true]);
    source.publish("2", writeCap(message()), hub.clock.now());
    await round();
    await until(async () => (await listed()).length).toBe(1);
    source.answers.clear();
    await until(async () => {
      await hub.clock.advance(seconds(5));
      return (await listed()).length;
    }).toBe(2);
  });

  test("on a private address is not asked without leave", async () => {
    await polling(configOf(source, { allowPrivate: false }));
    await until(async () => (await state())?.lastError?.code).toBe("SOURCE_ADDRESS");
    expect(source.asked).toEqual([]);
  });

  test("reaches no further than its own area", async () => {
    const everywhere = [
      storm({ areas: [capArea({ geocodes: [{ valueName: "GSO", value: "40" }, KIM_LIEN] })] }),
    ];
    source.publish("1", writeCap(message({ infos: everywhere })), hub.clock.now());
    const geocodes = [...AIRING.geocodes, { valueName: "GSO", value: "40", areaId: "nghe-an" }];
    await polling(configOf(source, { areaId: "nam-giang", geocodes }));
    await until(async () => (await listed())[0]?.stations.map(({ stationId }) => stationId)).toEqual([
      "nam-giang-1",
    ]);
  });

  test("and another give the same message: each station hears it once", async () => {
    const alert = writeCap(message());
    source.publish("1", alert, hub.clock.now());
    const other = await LoopbackSource.start();
    other.publish("1", alert, hub.clock.now());
    await polling(configOf(source), configOf(other, { name: "Đài tỉnh" }));
    await until(async () => (await listed()).map((one) => one.state).sort()).toEqual(["aired", "ignored"]);
    expect((await hub.ask("GET", "/alerts")).body.items).toHaveLength(1);
    await other.end();
  });
});

describe("a recording that goes with an alert", () => {
  const resource = (uri: string) => ({
    ...{ resourceDesc: "Bản tin", mimeType: "audio/wav", size: null, derefUri: null, digest: null },
    uri: `${source.base}${uri}`,
  });
  const airedWith = async (uri: string) => {
    const infos = [storm({ resources: [resource(uri)] })];
    source.publish("1", writeCap(message({ infos })), hub.clock.now());
    await polling(configOf(source));
    const one = await there("kim-lien-1");
    const { alert } = await told(one);
    return alert.sound
      .filter(({ kind }) => kind === "opus" || kind === "asset")
      .map((item) => item.durationMs);
  };

  test("is heard instead of speech", async () => {
    const tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=2"];
    const wav = readFileSync(makeFile(hub.folder, "tone.wav", tone));
    source.answers.set("/a.wav", (_, response) => void response.end(wav));
    const [ms = 0] = await airedWith("/a.wav");
    expect(Math.abs(ms - 2_000)).toBeLessThan(100);
  });

  test.each([
    ["is no sound", (() => "not a sound") as () => string | null],
    ["does not come in time", () => null],
    ["is larger than allowed", () => "x".repeat(20_000_001)],
    ["is a playlist of files of this machine", () => "#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n"],
  ])("and %s gives way to speech", async (_, body) => {
    source.answers.set("/a.wav", (_request, response) => {
      const text = body();
      if (text !== null) response.end(text);
    });
    const [ms = 0, ...more] = await airedWith("/a.wav");
    expect([ms > 2_500, more.length]).toEqual([true, 0]);
  });

  test("at a private address without leave is not asked for, and speech is heard", async () => {
    source.answers.set("/a.wav", (_, response) => void response.end("RIFF"));
    hub.cap = { ...hub.cap, capPrograms: [PROGRAM] };
    await hub.restart();
    const one = await there("kim-lien-1");
    await post(message({ infos: [storm({ resources: [resource("/a.wav")] })] }));
    expect(words((await told(one)).alert.sound)).toHaveLength(1);
    expect(source.asked).toEqual([]);
  });
});
