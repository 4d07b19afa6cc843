import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { ALONE, type Answer, type Person } from "../harness/api.ts";
import { BUREAU, CAP_PLACES, stormMessage, writeCap } from "../harness/cap-messages.ts";
import { Commune } from "../harness/commune.ts";
import { until } from "../harness/until.ts";

const STATION = "tram-cho-01";
let commune: Commune;
let operator: Person;

beforeAll(async () => {
  commune = await new Commune([{ id: STATION }]).start();
  operator = await commune.person("tinh");
}, 150_000);
afterAll(() => commune?.stop());

async function postWith(token: string): Promise<Answer> {
  const headers = { ...ALONE, "content-type": "application/cap+xml", authorization: `Bearer ${token}` };
  const body = writeCap(stormMessage());
  const response = await fetch(`${commune.hub.http}/api/v1/alerts/cap`, { method: "POST", headers, body });
  return response.json();
}

test("a rule airs what comes with the token that hub.yaml names, and nothing that its owner posts otherwise", async () => {
  const { id: tokenId, token } = await operator.post("/tokens", { name: "Đài khí tượng" });
  const rules = [{ verdict: "air", senders: [BUREAU] }];
  const program = { name: "Đài khí tượng", tokenId, areaId: "nghe-an", rules, ...CAP_PLACES };
  const settings = { capPrograms: [program], capInbox: CAP_PLACES, alertConfirmation: "second-person" };
  await commune.part("hub").stop();
  writeFileSync(join(commune.hubData, "hub.yaml"), stringify(settings));
  await commune.startHub();
  await commune.online(STATION);

  const { id: otherId, token: other } = await operator.post("/tokens", { name: "Đài khí tượng" });
  expect(otherId).not.toBe(tokenId);
  for (const posted of [await postWith(other), await operator.postCap(writeCap(stormMessage()))]) {
    expect(posted).toMatchObject({ state: "waiting", sender: BUREAU, waitsFor: "second-person" });
    const refusal = await operator.post(`/alerts/${posted.alertId}/confirm`).catch((error) => error.problem);
    expect(refusal.code).toBe("SAME_PERSON");
  }

  const aired = await postWith(token);
  expect(aired).toMatchObject({ state: "aired", source: program.name, alertState: "sent" });
  await until("the station's ack", 30_000, async () => {
    const [row] = (await operator.get(`/alerts/${aired.alertId}`)).stations;
    return ["received", "ready", "sounding", "done"].includes(row.state) ? row : null;
  });
  await operator.post(`/alerts/${aired.alertId}/recall`);

  await operator.delete(`/tokens/${tokenId}`);
  expect(await postWith(token)).toMatchObject({ code: "UNAUTHENTICATED" });
}, 120_000);
