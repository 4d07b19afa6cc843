import { beforeEach, describe, expect, test, vi } from "vitest";
import { writeCap } from "../interop/cap/write-cap.ts";
import { ACTOR } from "../link/line-under-test.fixture.ts";
import type { Actor } from "../ports.ts";
import { eachWithLine, hub, OPERATOR, shown, tales, there, told } from "./alerts.fixture.ts";
import {
  AIRING,
  about,
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
/** Lan writes the sender that a rule airs; Minh is the second person. */
const HOA: Actor = { ...OPERATOR, userId: "u-3", name: "Hoa" };

async function opened(more: Partial<typeof hub.cap> = {}, confirmation: "off" | "second-person" = "off") {
  hub.alertConfirmation = confirmation;
  hub.cap = { ...hub.cap, capPrograms: [PROGRAM], capInbox: { ...AIRING, rules: [] }, ...more };
  await hub.restart();
}
const confirm = (id = "") => hub.ask("POST", `/alerts/${id}/confirm`, {});

describe("what a person posts under the sender that a rule airs", () => {
  beforeEach(() => opened());

  test("waits as that person's own, whoever it says it is from", async () => {
    const one = await there("kim-lien-1");
    const { state, alertId = "", postedBy, waitsFor } = await postByHand(message());
    expect([state, postedBy, waitsFor]).toEqual([
      "waiting",
      { id: ACTOR.userId, name: ACTOR.name },
      "person",
    ]);
    expect(await shown(alertId)).toMatchObject({ state: "draft", createdBy: { id: ACTOR.userId } });
    expect(await tales(one)).toHaveLength(0);
  });

  test("with a token that nobody named waits too, with the one that is named it sounds", async () => {
    const unnamed = `token-${"1".repeat(26)}`;
    const { body } = await hub.post(writeCap(message()), "application/cap+xml", unnamed);
    expect(body).toMatchObject({ state: "waiting", postedBy: { name: ACTOR.name } });
    const aired = await post(message());
    expect([aired.state, aired.source, aired.postedBy]).toEqual(["aired", PROGRAM.name, undefined]);
  });

  test("even where the setting would air it, does not", async () => {
    await opened({ capInbox: AIRING as never });
    expect(await postByHand(message())).toMatchObject({ state: "waiting" });
  });

  test("does not end what the program said, nor stand in its way", async () => {
    const one = await there("kim-lien-1");
    const alert = message();
    await postByHand(alert);
    const { alertId = "", state } = await post(alert);
    expect(state).toBe("aired");
    await told(one);
    await postByHand(about([alert], { msgType: "Cancel", infos: [] }));
    expect(await shown(alertId)).toMatchObject({ state: "sent" });
  });

  test("is sent by its author where one person sends any alert", async () => {
    const { alertId } = await postByHand(message());
    expect((await confirm(alertId)).body.state).toBe("sent");
  });

  test("called back by another's post says who called it back", async () => {
    const alert = message();
    const { id, alertId } = await postByHand(alert);
    await confirm(alertId);
    hub.actor = { ...OPERATOR, areaId: ACTOR.areaId };
    await postByHand(about([alert], { msgType: "Cancel", infos: [] }));
    await expect.poll(async () => (await listedOne(id))?.state, { timeout: 20_000 }).toBe("ended");
    expect(await listedOne(id)).toMatchObject({ because: "cancelled", decidedBy: { name: OPERATOR.name } });
  });

  test("is known as that person's after the store was away and the hub restarted", async () => {
    await hub.database.destroy();
    const { id } = await postByHand(message());
    await hub.line.stop();
    await hub.open();
    expect(await listedOne(id)).toMatchObject({ state: "waiting", postedBy: { name: ACTOR.name } });
  });
});

describe.each([
  ["every alert", "second-person", "one-person"],
  ["alerts of other systems", "off", "second-person"],
] as const)("where two persons stand behind %s, what a person posted", (_, confirmation, capConfirmation) => {
  beforeEach(() => opened({ capConfirmation }, confirmation));

  test("is sent by another only", async () => {
    const { alertId = "", waitsFor } = await postByHand(message());
    expect(waitsFor).toBe("second-person");
    expect((await confirm(alertId)).body.code).toBe("SAME_PERSON");
    expect((await shown(alertId)).state).toBe("draft");
    hub.actor = HOA;
    expect((await confirm(alertId)).body.state).toBe("sent");
  });

  test("as an update does not end what sounds before another person sends it", async () => {
    const first = message();
    const { alertId: before = "" } = await postByHand(first);
    hub.actor = HOA;
    await confirm(before);
    hub.actor = ACTOR;
    const { alertId: after = "" } = await postByHand(about([first], { msgType: "Update" }));
    expect((await confirm(after)).body.code).toBe("SAME_PERSON");
    expect(await shown(before)).toMatchObject({ state: "sent" });
    hub.actor = HOA;
    await confirm(after);
    expect(await shown(before)).toMatchObject({ supersededBy: after });
  });

  test("as an exercise needs no second person", async () => {
    const { alertId, waitsFor } = await postByHand(message({ status: "Exercise" }));
    expect(waitsFor).toBe("person");
    expect((await confirm(alertId)).body.state).toBe("sent");
  });

  test("and what a named program posts is aired by its rule", async () => {
    expect(await post(message())).toMatchObject({ state: "aired" });
  });
});

test("a source that is not named any more does not air what it said for later", async () => {
  await opened();
  const { capTime } = await import("../core/cap-alert.ts");
  const later = storm({ effective: capTime(hub.clock.now() + 600_000, 420) });
  await post(message({ infos: [later] }));
  hub.cap = { ...hub.cap, capPrograms: [] };
  await hub.restart(() => hub.clock.advance(660_000));
  await expect.poll(async () => (await listed())[0]?.alertState, { timeout: 20_000 }).toBe("draft");
});
