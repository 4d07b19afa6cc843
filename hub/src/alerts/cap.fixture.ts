import type { CapMessage } from "@loa/protocol/http/cap";
import { capAlert, capArea, capInfo } from "../core/cap-alert.fixture.ts";
import { type CapAlert, type CapInfo, capTime } from "../core/cap-alert.ts";
import { writeCap } from "../interop/cap/write-cap.ts";
import { hub } from "./alerts.fixture.ts";

export const KIM_LIEN = { valueName: "GSO", value: "17950" };
export const BUREAU = "bao@example.vn";

/** An info block over Kim Liên that holds for an hour from now. */
export const storm = (more: Partial<CapInfo> = {}): CapInfo =>
  capInfo({
    expires: inMinutes(60),
    headline: "Bão số 7",
    description: "Bão đang vào bờ.",
    areas: [capArea({ areaDesc: "Xã Kim Liên", geocodes: [KIM_LIEN] })],
    ...more,
  });

let sent = 0;
/** A message of its own, sent now. */
export const message = (more: Partial<CapAlert> = {}): CapAlert =>
  capAlert({
    identifier: `VN-${++sent}`,
    sender: BUREAU,
    sent: inMinutes(0),
    infos: [storm()],
    ...more,
  });

export const inMinutes = (minutes: number) => capTime(hub.clock.now() + minutes * 60_000, 420);

/** One that refers to others. */
export const about = (others: readonly CapAlert[], more: Partial<CapAlert>): CapAlert =>
  message({
    references: others.map(({ sender, identifier, sent: at }) => ({ sender, identifier, sent: at })),
    ...more,
  });

/** Rules that air what the bureau calls severe. */
export const AIRING = {
  rules: [
    { verdict: "air" as const, senders: [BUREAU], severity: ["Severe" as const] },
    { verdict: "wait" as const, status: ["Exercise" as const, "Test" as const] },
  ],
  otherwise: "wait" as const,
  geocodes: [{ ...KIM_LIEN, areaId: "kim-lien" }],
  languages: ["vi", "en"],
};

/** A program of the bureau that posts, by its token, with rules that air. */
export const PROGRAM = {
  ...{ name: "Đài khí tượng", tokenId: `token-${"0".repeat(26)}`, areaId: "nghe-an" },
  ...AIRING,
};

/** Has the program post. */
export const post = async (alert: CapAlert) =>
  (await hub.post(writeCap(alert), "application/cap+xml", PROGRAM.tokenId)).body as CapMessage;
/** Has whoever acts post by hand. */
export const postByHand = async (alert: CapAlert) => (await hub.post(writeCap(alert))).body as CapMessage;
export const listed = async (query = "") =>
  (await hub.ask("GET", `/alerts/cap${query}`)).body.items as CapMessage[];
export const listedOne = async (id: string) => (await listed()).find((one) => one.id === id);
