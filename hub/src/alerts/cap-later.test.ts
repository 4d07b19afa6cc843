import { minutes, seconds } from "@loa/kernel/units";
import type { CapMessage } from "@loa/protocol/http/cap";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { CapInfo } from "../core/cap-alert.ts";
import { ACTOR } from "../link/line-under-test.fixture.ts";
import type { TestStation } from "../link/test-station.fixture.ts";
import { eachWithLine, hub, OPERATOR, shown, tales, there, told } from "./alerts.fixture.ts";
import {
  AIRING,
  about,
  inMinutes,
  listed,
  listedOne,
  message,
  PROGRAM,
  post,
  postByHand,
  storm,
} from "./cap.fixture.ts";

eachWithLine();
/** Each speaks several texts aloud, on whatever machine. */
vi.setConfig({ testTimeout: 60_000 });
beforeEach(() => opened());

async function opened(more: Partial<typeof hub.cap> = {}, confirmation: "off" | "second-person" = "off") {
  hub.alertConfirmation = confirmation;
  hub.cap = { ...hub.cap, capPrograms: [PROGRAM], capInbox: { ...AIRING, rules: [] }, ...more };
  await hub.restart();
}
const later = (more: Partial<CapInfo> = {}) =>
  storm({ effective: inMinutes(10), expires: inMinutes(40), ...more });
const doubtful = () => message({ infos: [later({ severity: "Minor" })] });
const confirm = (id: string) => hub.ask("POST", `/alerts/cap/${id}/confirm`);
const withhold = (id: string) => hub.ask("POST", `/alerts/cap/${id}/withhold`, { reason: "Bão đã tan" });
const alerts = async () => (await hub.ask("GET", "/alerts")).body.items;
const until = (what: () => unknown) => expect.poll(what, { timeout: 20_000 });
/** What a station is told next that is not about an alert that it was told of and did not acknowledge. */
async function toldOther(station: TestStation, id: string) {
  for (;;) {
    const { alert } = await told(station);
    if (alert.alertId !== id) return alert;
  }
}
/** Time passes minute by minute, so that whatever is due happens in its order. */
const pass = async (ms: number) => {
  for (let passed = 0; passed < ms; passed += minutes(1)) await hub.clock.advance(minutes(1));
};

describe("a message that becomes effective later", () => {
  test("and that a rule airs says when, and sounds then", async () => {
    const one = await there("kim-lien-1");
    const body = await post(message({ infos: [later()] }));
    expect(body).toMatchObject({ state: "waiting", airs: "by-rule", stationCount: 2, headline: "Bão số 7" });
    expect([body.startsAt, body.waitsFor]).toEqual([Date.parse(inMinutes(10)), undefined]);
    await pass(minutes(9));
    expect([(await alerts()).length, (await tales(one)).length]).toEqual([0, 0]);
    await pass(minutes(1));
    expect((await told(one)).alert).toMatchObject({ action: "alert", headline: "Bão số 7" });
    expect(await listedOne(body.id)).toMatchObject({ state: "aired", alertState: "sent" });
  });

  test("and is withheld with a reason never sounds, also after a restart, nor when it comes again", async () => {
    const alert = message({ infos: [later()] });
    const { id } = await post(alert);
    hub.actor = OPERATOR;
    expect((await withhold(id)).status).toBe(200);
    expect((await withhold(id)).body.code).toBe("CONFLICT");
    expect((await confirm(id)).body.code).toBe("CONFLICT");
    await hub.restart();
    expect(await listedOne(id)).toMatchObject({
      ...{ state: "ignored", because: "dismissed", reason: "Bão đã tan", decidedBy: { name: "Minh" } },
    });
    hub.actor = ACTOR;
    expect(await post({ ...alert, note: "again" })).toMatchObject({ because: "duplicate" });
    await pass(minutes(15));
    expect(await alerts()).toEqual([]);
    expect(hub.audited).toContainEqual(expect.objectContaining({ action: "cap.withhold", actor: "u-2" }));
  });

  test("that a person confirms at once sounds at its time, also after a restart", async () => {
    const { id, airs, waitsFor } = await post(doubtful());
    expect([airs, waitsFor]).toEqual(["asked", "person"]);
    hub.actor = OPERATOR;
    expect((await confirm(id)).body).toMatchObject({ airs: "confirmed", decidedBy: { name: "Minh" } });
    expect((await confirm(id)).body.code).toBe("CONFLICT");
    expect(await alerts()).toEqual([]);
    await hub.restart();
    const one = await there("kim-lien-1");
    await pass(minutes(11));
    expect((await told(one)).alert).toMatchObject({ action: "alert" });
    expect(await listedOne(id)).toMatchObject({ state: "aired", decidedBy: { name: "Minh" } });
  });

  test("that nobody confirms waits on at its time as a draft", async () => {
    const { id } = await post(doubtful());
    await pass(minutes(11));
    await until(async () => (await listedOne(id))?.alertState).toBe("draft");
    expect((await confirm(id)).body.code).toBe("CONFLICT");
  });

  test.each(["Cancel", "Update"] as const)(
    "is gone with a %s before its time, though confirmed",
    async (msgType) => {
      const alert = doubtful();
      const { id } = await post(alert);
      await confirm(id);
      const infos = msgType === "Cancel" ? [] : [storm({ severity: "Minor", headline: "Bão yếu đi" })];
      await post(about([alert], { msgType, infos }));
      expect(await listedOne(id)).toMatchObject({
        ...{ state: "ended", because: msgType === "Cancel" ? "cancelled" : "updated" },
      });
      expect((await confirm(id)).body.code).toBe("CONFLICT");
      await pass(minutes(11));
      const headlines = (await alerts()).map((one: { headline: string }) => one.headline);
      expect(headlines).toEqual(msgType === "Cancel" ? [] : ["Bão yếu đi"]);
    },
  );

  test("never sounds after its end, though confirmed, when the hub was away", async () => {
    const { id } = await post(doubtful());
    await confirm(id);
    await hub.restart(async () => {
      await hub.clock.advance(minutes(41));
    });
    await pass(minutes(2));
    expect(await listedOne(id)).toMatchObject({ state: "ended", because: "expired" });
    expect(await alerts()).toEqual([]);
  });

  test("as an update leaves its forerunner until then, and for good where it is withheld", async () => {
    const first = message();
    const { alertId: before = "" } = await post(first);
    const { id } = await post(about([first], { msgType: "Update", infos: [later()] }));
    await withhold(id);
    await pass(minutes(12));
    expect(await shown(before)).toMatchObject({ state: "sent" });
    expect(await alerts()).toHaveLength(1);
  });

  test("is decided on by those alone whose area holds all its stations, and who may send alerts", async () => {
    const { id } = await post(doubtful());
    hub.actor = { ...OPERATOR, areaId: "nam-giang" };
    expect([(await confirm(id)).status, (await withhold(id)).status]).toEqual([404, 404]);
    hub.actor = { ...OPERATOR, role: "staff" };
    expect([(await confirm(id)).status, (await withhold(id)).status]).toEqual([403, 403]);
    hub.actor = ACTOR;
    const wide = message({ infos: [later({ severity: "Minor", areas: [] })] });
    const { id: whole } = await post(wide);
    hub.actor = { ...OPERATOR, areaId: "kim-lien" };
    expect((await confirm(whole)).status).not.toBe(200);
  });

  test("and that no rule wants is not said to wait", async () => {
    const ignoring = { ...PROGRAM, rules: [{ verdict: "ignore" as const, severity: ["Minor" as const] }] };
    await opened({ capPrograms: [ignoring] });
    const { id, state, because } = await post(doubtful());
    expect([state, because]).toEqual(["ignored", "rule"]);
    expect((await confirm(id)).body.code).toBe("CONFLICT");
  });
});

describe("where two persons stand behind an alert, a message that becomes effective later", () => {
  const HOA = { ...OPERATOR, userId: "u-3", name: "Hoa" };

  test("of another system is confirmed by both", async () => {
    await opened({ capConfirmation: "second-person" });
    const { id } = await post(doubtful());
    hub.actor = OPERATOR;
    expect((await confirm(id)).body).toMatchObject({ airs: "asked", waitsFor: "second-person" });
    expect((await confirm(id)).body.code).toBe("SAME_PERSON");
    hub.actor = HOA;
    expect((await confirm(id)).body).toMatchObject({ airs: "confirmed" });
    await pass(minutes(11));
    await until(async () => (await listedOne(id))?.state).toBe("aired");
  });

  test("and that one has taken up by its time waits for the other", async () => {
    await opened({ capConfirmation: "second-person" });
    const { id } = await post(doubtful());
    hub.actor = OPERATOR;
    await confirm(id);
    await pass(minutes(11));
    await until(async () => (await listedOne(id))?.alertState).toBe("awaitingConfirmation");
    const { alertId } = (await listedOne(id)) as CapMessage;
    expect((await hub.ask("POST", `/alerts/${alertId}/confirm`, {})).body.code).toBe("SAME_PERSON");
    hub.actor = HOA;
    expect((await hub.ask("POST", `/alerts/${alertId}/confirm`, {})).body.state).toBe("sent");
  });

  test("and that a person posted is confirmed by another", async () => {
    await opened({}, "second-person");
    const { id, airs, waitsFor } = await postByHand(message({ infos: [later()] }));
    expect([airs, waitsFor]).toEqual(["asked", "second-person"]);
    expect((await confirm(id)).body.code).toBe("SAME_PERSON");
    hub.actor = HOA;
    expect((await confirm(id)).body).toMatchObject({ airs: "confirmed" });
    await pass(minutes(11));
    await until(async () => (await listedOne(id))?.state).toBe("aired");
  });
});

describe("blocks of a message that become effective later than the others", () => {
  const flood = () => later({ event: "Lũ", headline: "Lũ về", description: "Nước đang lên." });
  const both = () => message({ infos: [storm({ expires: inMinutes(30) }), flood()] });

  test("sound when their time comes, with what still holds, in the place of what sounded", async () => {
    const one = await there("kim-lien-1");
    const { alertId: before = "", headline } = await post(both());
    expect(headline).toBe("Bão số 7");
    await told(one);
    const [next] = await listed("?state=waiting");
    expect(next).toMatchObject({ airs: "by-rule", startsAt: Date.parse(inMinutes(10)) });
    expect(next?.text).toContain("Nước đang lên.");
    await pass(minutes(11));
    const alert = await toldOther(one, before);
    expect(alert).toMatchObject({ action: "alert", supersedes: [before] });
    expect(await shown(alert.alertId)).toMatchObject({ text: expect.stringContaining("Bão đang vào bờ.") });
    expect((await shown(alert.alertId)).text).toContain("Nước đang lên.");
    expect(await listedOne(next?.id ?? "")).toMatchObject({ state: "aired" });
  });

  test("come also when the hub was away at their time", async () => {
    await post(both());
    const [next] = await listed("?state=waiting");
    await hub.restart(async () => {
      await hub.clock.advance(minutes(15));
    });
    await until(async () => (await listedOne(next?.id ?? ""))?.state).toBe("aired");
    expect(await alerts()).toHaveLength(2);
  });

  test("are gone with a cancel of their message, and so is what sounds", async () => {
    const alert = both();
    const { alertId = "" } = await post(alert);
    await post(about([alert], { msgType: "Cancel", infos: [] }));
    await until(async () => (await shown(alertId)).state).toBe("recalled");
    await pass(minutes(12));
    expect(await alerts()).toHaveLength(1);
    expect(await listed("?state=waiting")).toEqual([]);
  });

  test("that are withheld do not sound, and what sounds goes on", async () => {
    const { alertId = "" } = await post(both());
    const [next] = await listed("?state=waiting");
    await withhold(next?.id ?? "");
    await pass(minutes(12));
    expect(await shown(alertId)).toMatchObject({ state: "sent" });
    expect(await alerts()).toHaveLength(1);
  });

  test("do not make a message come twice", async () => {
    const alert = both();
    const { id } = await post(alert);
    await hub.restart();
    expect((await post(alert)).id).toBe(id);
    expect(await post({ ...alert, note: "again" })).toMatchObject({ because: "duplicate" });
    await hub.clock.advance(seconds(1));
    expect(await alerts()).toHaveLength(1);
  });
});

test("an update of an update that still waits ends, once taken up, what sounds since before both", async () => {
  const first = message();
  const { alertId: sounding = "" } = await post(first);
  const minor = [storm({ severity: "Minor" })];
  const second = about([first], { msgType: "Update", infos: minor });
  await post(second);
  const { alertId: third = "" } = await post(about([second], { msgType: "Update", infos: minor }));
  expect(await shown(sounding)).toMatchObject({ state: "sent" });
  await hub.ask("POST", `/alerts/${third}/confirm`, {});
  expect(await shown(sounding)).toMatchObject({ state: "recalled", supersededBy: third });
});
