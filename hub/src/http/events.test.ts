import { ManualClock } from "@loa/kernel/manual-clock";
import { seconds } from "@loa/kernel/units";
import { expect, onTestFinished, test } from "vitest";
import { deskUnderTest, PASSWORD } from "../testing/desk-under-test.ts";
import { EventFeed } from "./events.ts";

const actor = (areaId: string) => ({ userId: "u", name: "U", role: "staff" as const, areaId });
const event = (scheduleId: string) => ({ kind: "schedule" as const, scheduleId });

class Wire {
  written: string[] = [];
  writableLength = 0;
  destroyed = false;
  write(text: string): boolean {
    this.written.push(text);
    return true;
  }
  destroy(): void {
    this.destroyed = true;
  }
  heard(): string[] {
    return this.written.flatMap(
      (text) => /"scheduleId":"(.*?)"/.exec(text)?.[1] ?? /event: (reset)/.exec(text)?.[1] ?? [],
    );
  }
  lastId(): string | undefined {
    return /^id: (.*)$/m.exec(this.written.at(-1) ?? "")?.[1];
  }
}

function feed() {
  const clock = new ManualClock();
  const events = new EventFeed(clock, (id) => ["root", id]);
  const listen = (areaId: string, lastEventId?: string, stands = true) => {
    const wire = new Wire();
    events.listen({ actor: actor(areaId), stream: wire, stands: async () => stands }, lastEventId);
    return wire;
  };
  return { clock, events, listen };
}

test("everybody hears what happens within their area only", () => {
  const { events, listen } = feed();
  const [here, there, above] = [listen("a"), listen("b"), listen("root")];
  events.publish(event("1"), ["a"]);
  expect([here.heard(), there.heard(), above.heard()]).toEqual([["1"], [], ["1"]]);
});

test("what concerns several areas is heard in each of them and above, once", () => {
  const { events, listen } = feed();
  const [here, there, elsewhere, above] = [listen("a"), listen("b"), listen("c"), listen("root")];
  events.publish(event("1"), ["a", "b"]);
  const heard = [here, there, elsewhere, above].map((wire) => wire.heard());
  expect(heard).toEqual([["1"], ["1"], [], ["1"]]);
});

test("a listener that comes back hears what it missed, once", () => {
  const { events, listen } = feed();
  const wire = listen("a");
  events.publish(event("1"), ["a"]);
  const id = wire.lastId();
  events.publish(event("2"), ["a"]);
  events.publish(event("other"), ["b"]);
  events.publish(event("3"), ["a"]);
  expect(listen("a", id).heard()).toEqual(["2", "3"]);
});

test.each([
  ["of another run of the hub", () => "zzz-1"],
  ["that is nonsense", () => "-"],
])("an id %s resets the listener", (_, id) => {
  const { events, listen } = feed();
  events.publish(event("1"), ["a"]);
  expect(listen("a", id()).heard()).toEqual(["reset"]);
});

test("who was away for longer than is kept starts anew", () => {
  const { events, listen } = feed();
  const wire = listen("a");
  events.publish(event("1"), ["a"]);
  for (let n = 0; n < 5_001; n++) events.publish(event(String(n)), ["a"]);
  expect(listen("a", /^id: (.*)$/m.exec(wire.written[1] ?? "")?.[1]).heard()).toEqual(["reset"]);
});

test("a client that does not read is dropped and holds nobody up", () => {
  const { events, listen } = feed();
  const [slow, quick] = [listen("a"), listen("a")];
  slow.writableLength = 2_000_000;
  events.publish(event("1"), ["a"]);
  expect([slow.destroyed, quick.heard(), events.size]).toEqual([true, ["1"], 1]);
});

test("a heartbeat goes out every 15 s, and ends streams whose session ended", async () => {
  const { clock, events, listen } = feed();
  const [standing, ended] = [listen("a"), listen("a", undefined, false)];
  await clock.advance(seconds(15));
  expect(standing.written.at(-1)).toBe(": alive\n\n");
  expect([ended.destroyed, events.size]).toEqual([true, 1]);
});

test("over the wire: a change at a station reaches the dashboard of its area, and a resumed stream goes on", async () => {
  const under = await deskUnderTest();
  onTestFinished(() => under.close());
  await under.server.listen({ host: "127.0.0.1", port: 0 });
  const { port } = under.server.addresses()[0] as { port: number };
  const base = `http://127.0.0.1:${port}/api/v1`;
  const body = JSON.stringify({ username: "xa", password: PASSWORD });
  const session = await fetch(`${base}/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const cookie = session.headers.getSetCookie()[0]?.split(";")[0] ?? "";

  const open = async (headers: Record<string, string> = {}) => {
    const answer = await fetch(`${base}/events`, { headers: { cookie, ...headers } });
    expect(answer.headers.get("content-type")).toMatch("text/event-stream");
    const reader = (answer.body as ReadableStream<BufferSource>)
      .pipeThrough(new TextDecoderStream())
      .getReader();
    return { until: (mark: string) => readUntil(reader, mark), end: () => reader.cancel() };
  };
  const technician = await under.as("kythuat");
  const stream = await open();
  await stream.until("retry");
  await technician("PATCH", "/stations/kim-lien-01", { maintenance: true });
  await technician("PATCH", "/stations/vinh-tan-01", { maintenance: true });
  const heard = await stream.until("vinh-tan-01");
  expect(heard).not.toContain("kim-lien-01");
  await stream.end();
  await technician("PATCH", "/stations/vinh-tan-02", { maintenance: true });
  const lastEventId = /^id: (.*)$/m.exec(heard)?.[1] ?? "";
  const resumed = await open({ "last-event-id": lastEventId });
  expect(await resumed.until("vinh-tan-02")).not.toContain("vinh-tan-01");
  await resumed.end();
});

async function readUntil(reader: ReadableStreamDefaultReader<string>, mark: string): Promise<string> {
  let text = "";
  while (!text.includes(mark) || !text.endsWith("\n\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the stream ended before ${mark}: ${text}`);
    text += value;
  }
  return text;
}
