import { minutes, seconds } from "@loa/kernel/units";
import type { Command, LiveCommand } from "@loa/protocol/command";
import type { LiveDetail } from "@loa/protocol/http/live";
import { describe, expect, test } from "vitest";
import { eachWithLine, hub, OPERATOR, there } from "../alerts/alerts.fixture.ts";
import type { TestStation } from "../link/test-station.fixture.ts";
import type { Actor } from "../ports.ts";
import { packetsAt, TestSpeaker } from "./live.fixture.ts";

eachWithLine();

const STAFF: Actor = { userId: "u-3", name: "Hoa", role: "staff", areaId: "kim-lien" };
const FRAME = Uint8Array.of(0xf8, 0xff, 0xfe);
const FRAMES = [FRAME, FRAME, FRAME];
const KIM_LIEN = { targets: [{ areaId: "kim-lien" }] };

const as = <T>(actor: Actor, work: () => Promise<T>): Promise<T> => {
  hub.actor = actor;
  return work();
};
const open = (body: object = KIM_LIEN, actor = STAFF) => as(actor, () => hub.ask("POST", "/live", body));
const shown = async (id: string) => (await hub.ask("GET", `/live/${id}`)).body as LiveDetail;
const stationOf = async (id: string, stationId: string) =>
  (await shown(id)).stations.find((one) => one.stationId === stationId);
const liveCommand = async (station: TestStation) =>
  (await station.nextCommand("live")) as { command: LiveCommand; topic: string };
const says = async (station: TestStation, id: string, state: string, code?: string) => {
  await station.send("ack", { id, state, at: hub.clock.now(), ...(code && { code }) });
  await station.asksTime();
};
const commands = async (station: TestStation, kind: Command["kind"]) =>
  (await station.inbox())
    .filter(({ topic }) => topic.endsWith("/command"))
    .map(
      ({ text }) => JSON.parse(Buffer.from(text.split(".")[1] ?? "", "base64url").toString()).body as Command,
    )
    .filter((body) => body.kind === kind);

/** Speaks in real rhythm: packets of 60 ms, each sent when its last sample is there. */
async function speak(speaker: TestSpeaker, count: number, from = speaker.sequence): Promise<void> {
  for (let n = 0; n < count; n++) {
    await hub.clock.advance(60);
    await speaker.says((from + n) * 60_000, FRAMES);
  }
}

describe("live speech", () => {
  test("is told to the area's stations by one signed command at once, before the first packet", async () => {
    const [one, two] = [await there("kim-lien-1"), await there("kim-lien-2")];
    const { status, body } = await open();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: "waiting",
      delayMs: 300,
      areaIds: ["kim-lien"],
      by: { name: "Hoa" },
    });
    for (const station of [one, two]) {
      const { command, topic } = await liveCommand(station);
      expect(topic).toBe("loa/1/area/kim-lien/command");
      expect(command.session).toMatchObject({
        ...{ sessionId: body.id, zones: [], startAt: hub.clock.now(), delayMs: 300, by: "Hoa" },
        endsBy: hub.clock.now() + minutes(30),
      });
    }
    expect(hub.audited.map(({ action }) => action)).toContain("live.open");
  });

  test("names zones to those of which only some sound, on their own topics", async () => {
    const one = await there("kim-lien-1");
    await open({ targets: [{ stationId: "kim-lien-1", zones: ["z2"] }] });
    const { command, topic } = await liveCommand(one);
    expect([topic, command.session.zones]).toEqual(["loa/1/to/kim-lien-1/command", ["z2"]]);
  });

  test("goes out packet by packet under the session's key, once for the area, at the time it was spoken", async () => {
    const [one, two] = [await there("kim-lien-1"), await there("kim-lien-2")];
    const { body } = await open();
    const { session } = (await liveCommand(one)).command;
    await liveCommand(two);
    const speaker = await TestSpeaker.to(hub, body.id);
    await speak(speaker, 5);
    for (const station of [one, two]) {
      const { packets, topic } = await packetsAt(station, session);
      expect(topic).toBe("loa/1/area/kim-lien/live");
      expect(packets.map(({ sequence, mediaTimeUs }) => [sequence, mediaTimeUs])).toEqual(
        [0, 1, 2, 3, 4].map((n) => [n, n * 60_000]),
      );
      expect(packets.every(({ session, frames }) => session === body.id && frames.length === 3)).toBe(true);
    }
    expect(await shown(body.id)).toMatchObject({ state: "speaking", startedAt: hub.clock.now() - 240 });
    await speaker.close();
  });

  test("shows how far it is with each station, and what the speaker's station hears is told to the speaker", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await open()).body;
    const { command } = await liveCommand(one);
    expect(await stationOf(id, "kim-lien-1")).toMatchObject({ state: "sent" });
    expect(await stationOf(id, "kim-lien-2")).toMatchObject({ state: "unreachable" });
    await says(one, command.id, "received");
    expect(await stationOf(id, "kim-lien-1")).toMatchObject({ state: "received" });
    const speaker = await TestSpeaker.to(hub, id);
    await speak(speaker, 3);
    for (const [ack, state] of [
      ["ready", "ready"],
      ["started", "sounding"],
    ] as const) {
      await says(one, id, ack);
      expect(await stationOf(id, "kim-lien-1")).toMatchObject({ state });
    }
    await speak(speaker, 20);
    const state = await speaker.next((one) => one.kind === "state" && one.soundsAfterMs !== null);
    expect(state).toMatchObject({
      live: { counts: { stations: 2, ready: 1, sounding: 1, failed: 0, unreachable: 1 } },
      // Three frames of 20 ms were spoken before they came.
      soundsAfterMs: 240,
      lostPackets: 0,
    });
    expect((state.stations as { state: string }[])[0]).toMatchObject({ state: "unreachable" });
    await hub.clock.advance(300);
    const events = hub.events.filter((event) => event.kind === "live");
    expect(events.at(-1)).toMatchObject({ live: { id, state: "speaking", counts: { sounding: 1 } } });
    expect(hub.eventAreas.get(events.at(-1)!)).toEqual(["kim-lien"]);
    await speaker.close();
  });

  test("is sent again after 1, 2, 4 s to who did not take it, and anew to who comes back", async () => {
    const [one, two] = [await there("kim-lien-1"), await there("kim-lien-2")];
    const { id } = (await open()).body;
    const first = (await liveCommand(one)).command;
    await says(one, first.id, "received");
    await liveCommand(two);
    for (const pause of [1, 2, 4]) {
      await hub.clock.advance(seconds(pause));
      expect((await liveCommand(two)).command.id).toBe(first.id);
    }
    expect(await commands(one, "live")).toEqual([]);
    one.session++;
    one.counter = 0;
    await one.born();
    const anew = (await liveCommand(one)).command;
    expect(anew.id).not.toBe(first.id);
    expect(anew.session.sessionId).toBe(id);
  });

  test("is told anew to a station that gave up on it while it goes on", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await open()).body;
    const first = (await liveCommand(one)).command;
    await says(one, first.id, "received");
    await says(one, id, "failed", "LIVE_LOST");
    const anew = (await liveCommand(one)).command;
    expect([anew.id === first.id, anew.session.sessionId]).toEqual([false, id]);
    await says(one, anew.id, "received");
    expect(await stationOf(id, "kim-lien-1")).toMatchObject({ state: "received" });
    await hub.ask("DELETE", `/live/${id}`);
    await says(one, id, "failed", "LIVE_LOST");
    expect(await commands(one, "live")).toEqual([]);
  });

  test("is renewed while somebody speaks, beyond its first bound", async () => {
    const one = await there("kim-lien-1");
    const { id, endsBy } = (await open()).body;
    const first = (await liveCommand(one)).command;
    await says(one, first.id, "received");
    const speaker = await TestSpeaker.to(hub, id);
    await speaker.says(0, FRAMES);
    for (let at = 0; at < minutes(17); at += 900) {
      await hub.clock.advance(900);
      await speaker.says((at + 900) * 1_000, FRAMES);
    }
    const later = (await liveCommand(one)).command;
    expect(later.session.endsBy).toBeGreaterThan(endsBy);
    expect(later.session.sessionId).toBe(id);
    expect((await shown(id)).endsBy).toBe(later.session.endsBy);
    await speaker.close();
  }, 30_000);
});

describe("who may speak", () => {
  test.each(["technician", "auditor"] as const)("not a %s", async (role) => {
    const { status, body } = await open(KIM_LIEN, { ...STAFF, role });
    expect([status, body.code]).toEqual([403, "FORBIDDEN"]);
  });

  test("nobody beyond their area, nor outside its hours", async () => {
    const beyond = await open({ targets: [{ stationId: "nam-giang-1" }] });
    expect([beyond.status, beyond.body.code]).toEqual([404, "NOT_FOUND"]);
    const never = { windows: {}, maxMinutesPerDay: 60, maxGainDb: 0 };
    hub.registry.areaList = hub.registry.areaList.map((area) =>
      area.id === "kim-lien" ? { ...area, envelope: never } : area,
    );
    hub.registry.change({ kind: "area", id: "kim-lien" });
    await expect.poll(async () => (await open()).body.code).toBe("OUTSIDE_ENVELOPE");
    const district = await open({ targets: [{ areaId: "nam-dan" }] }, OPERATOR);
    expect(district.status).toBe(201);
  });

  test("one at a time to a station: the second is told who speaks, also when both ask at once", async () => {
    const answers = await Promise.all([open(), open(KIM_LIEN, STAFF)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const refused = answers.find(({ status }) => status === 409)?.body;
    const since = answers.find(({ status }) => status === 201)?.body.createdAt;
    expect(refused).toMatchObject({ code: "LIVE_HELD", holder: { id: "u-3", name: "Hoa", since } });
    const part = await open({ targets: [{ stationId: "kim-lien-2", zones: ["z1"] }] }, OPERATOR);
    expect(part.body).toMatchObject({ code: "LIVE_HELD", holder: { name: "Hoa" } });
    expect((await open({ targets: [{ stationId: "nam-giang-1" }] }, OPERATOR)).status).toBe(201);
  });

  test("not beside somebody in another zone of the same station, which has one amplifier; but after them", async () => {
    const zone = (id: string) => ({ targets: [{ stationId: "kim-lien-1", zones: [id] }] });
    const { id } = (await open(zone("z1"))).body;
    expect((await open(zone("z2"), OPERATOR)).body).toMatchObject({
      ...{ code: "LIVE_HELD", holder: { name: "Hoa" } },
    });
    await as(STAFF, () => hub.ask("DELETE", `/live/${id}`));
    expect((await open(zone("z2"), OPERATOR)).status).toBe(201);
  });

  test("whose answer was lost holds nobody up: whoever opened it and did not join opens it again at once", async () => {
    const one = await there("kim-lien-1");
    const first = (await open()).body;
    expect((await open(KIM_LIEN, OPERATOR)).body).toMatchObject({ code: "LIVE_HELD" });
    const again = await open({ targets: [{ stationId: "kim-lien-1" }] });
    expect(again.status).toBe(201);
    expect(await shown(first.id)).toMatchObject({ state: "ended", end: "lost" });
    await expect.poll(async () => (await commands(one, "stop")).length).toBe(1);
    expect(await commands(one, "stop")).toMatchObject([{ sessionId: first.id }]);
    const late = await TestSpeaker.to(hub, first.id);
    expect(await late.next(({ kind }) => kind === "ended")).toMatchObject({ end: "lost" });
    const speaker = await TestSpeaker.to(hub, again.body.id);
    await speaker.close();
    expect((await open()).body).toMatchObject({ code: "LIVE_HELD", holder: { name: "Hoa" } });
    expect(await shown(again.body.id)).not.toHaveProperty("end");
  });

  test("only the one who opened it: others' connections, and those of other web sites, are refused", async () => {
    const { id } = (await open()).body;
    hub.actor = { ...STAFF, userId: "u-9" };
    await expect(TestSpeaker.to(hub, id)).rejects.toThrow("refused");
    hub.actor = STAFF;
    const from = (headers: Record<string, string>) => hub.api.injectWS(`/live/${id}`, { headers });
    await expect(from({ origin: "https://elsewhere.example" })).rejects.toThrow("403");
    await expect(from({ "sec-fetch-site": "cross-site" })).rejects.toThrow("403");
    hub.actor = { ...STAFF, tokenId: "t-1" };
    await expect(from({})).rejects.toThrow("403");
    hub.actor = STAFF;
    const speaker = await TestSpeaker.to(hub, id);
    await speaker.close();
  });
});

describe("a speaker's connection", () => {
  test("that breaks and comes back goes on; stations are told that it does", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await open()).body;
    const { session } = (await liveCommand(one)).command;
    const speaker = await TestSpeaker.to(hub, id);
    await speak(speaker, 3);
    await speaker.close();
    await expect.poll(async () => (await shown(id)).state).toBe("lost");
    await hub.clock.advance(2_400);
    const back = await TestSpeaker.to(hub, id);
    back.sequence = 43;
    await speak(back, 3);
    expect(await shown(id)).toMatchObject({ state: "speaking" });
    const { packets } = await packetsAt(one, session);
    const spoken = packets.filter(({ frames }) => frames.length > 0);
    expect(spoken.map(({ mediaTimeUs }) => mediaTimeUs / 60_000)).toEqual([0, 1, 2, 43, 44, 45]);
    expect(packets.some(({ frames, last }) => frames.length === 0 && !last)).toBe(true);
    await hub.clock.advance(1_000);
    expect(await back.next((one) => one.kind === "state" && one.lostPackets === 40)).toBeTruthy();
    await back.close();
  });

  test("that does not come back ends it after three seconds", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await open()).body;
    const { session } = (await liveCommand(one)).command;
    const speaker = await TestSpeaker.to(hub, id);
    await speak(speaker, 3);
    await speaker.close();
    await expect.poll(async () => (await shown(id)).state).toBe("lost");
    await hub.clock.advance(2_900);
    expect((await shown(id)).state).toBe("lost");
    await hub.clock.advance(600);
    expect(await shown(id)).toMatchObject({ state: "ended", end: "lost" });
    const { packets } = await packetsAt(one, session);
    expect(packets.at(-1)).toMatchObject({ last: true, frames: [] });
    expect(await commands(one, "stop")).toMatchObject([{ sessionId: id }]);
    await expect.poll(() => hub.audited.map(({ action }) => action)).toContain("live.end");
  });

  test("that says nothing any more counts as lost, though it stands", async () => {
    const { id } = (await open()).body;
    const speaker = await TestSpeaker.to(hub, id);
    await speak(speaker, 3);
    await hub.clock.advance(1_300);
    expect((await shown(id)).state).toBe("lost");
    await hub.clock.advance(3_300);
    expect(await shown(id)).toMatchObject({ state: "ended", end: "lost" });
    expect(await speaker.next(({ kind }) => kind === "ended")).toMatchObject({ end: "lost" });
  });

  test("that never comes holds nobody up for longer than half a minute", async () => {
    const { id } = (await open()).body;
    await hub.clock.advance(seconds(31));
    expect(await shown(id)).toMatchObject({ state: "ended", end: "lost" });
    expect((await open()).status).toBe(201);
  });

  test("is replaced by a newer one of the same person", async () => {
    const { id } = (await open()).body;
    const first = await TestSpeaker.to(hub, id);
    const closed = new Promise((resolve) => first.socket.addEventListener("close", resolve));
    const second = await TestSpeaker.to(hub, id);
    await closed;
    await speak(second, 3);
    expect((await shown(id)).state).toBe("speaking");
    await second.close();
  });

  test("to speech that is over is told so", async () => {
    const { id } = (await open()).body;
    await hub.ask("DELETE", `/live/${id}`);
    const late = await TestSpeaker.to(hub, id);
    expect(await late.next(({ kind }) => kind === "ended")).toMatchObject({
      end: "speaker",
      code: "LIVE_ENDED",
    });
  });

  test("that sends more than it can have spoken, or what is no speech, changes nothing", async () => {
    const one = await there("kim-lien-1");
    const { id } = (await open()).body;
    const { session } = (await liveCommand(one)).command;
    const speaker = await TestSpeaker.to(hub, id);
    await hub.clock.advance(60);
    for (let n = 0; n < 300; n++) await speaker.says(n * 60_000, FRAMES);
    speaker.socket.send(Uint8Array.of(1, 2, 3));
    speaker.socket.send(new Uint8Array(40));
    speaker.socket.send("{}");
    await speaker.heard();
    const { packets } = await packetsAt(one, session);
    expect(packets.length).toBeLessThan(15);
    await hub.clock.advance(60);
    await speaker.says(301 * 60_000, FRAMES);
    expect((await packetsAt(one, session)).packets.length).toBeGreaterThan(packets.length);
    await speaker.close();
  });
});
