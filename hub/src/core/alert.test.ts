import type { Ack } from "@loa/protocol/ack";
import type { AlertStationState } from "@loa/protocol/http/alerts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AlertContent,
  type AlertRecord,
  acksOf,
  advance,
  alertState,
  hasTaken,
  issued,
  lacksCorrection,
  messageOf,
  type Progress,
  recalled,
  silenceOf,
  stationState,
  voiceless,
  wholeMs,
} from "./alert.ts";

const BY = { id: "u-1", name: "Lan" };
const CONTENT: AlertContent = {
  ...{ headline: "Lũ về", text: null, announcementId: null, tone: "siren", language: "vi", repeat: 3 },
  ...{ lifeMs: 600_000, speechCode: null, proposedBy: BY },
  sound: [{ kind: "tone", tone: "wail", durationMs: 8_000 }],
};
const DRAFT: AlertRecord = {
  ...{ id: "al-1", version: 1, kind: "actual", targets: [], reach: [{ stationId: "tram-so-1", zones: [] }] },
  ...{ supersedes: [], supersededBy: null, createdAt: 1_000, createdBy: BY, confirmedBy: null },
  ...{ content: CONTENT, proposal: CONTENT, issue: null, recalledAt: null, recalledBy: null },
  correction: null,
};
const SENT = issued(DRAFT, CONTENT, { now: 2_000, leadMs: 300 });
const ISSUE = SENT.issue!;
const HERE = { reachable: true, over: false };
const RANK: Record<AlertStationState, number> = {
  ...{ unreachable: 0, sent: 0, received: 1, ready: 2, sounding: 3, failed: 4, done: 5 },
};

describe("a station's state", () => {
  const states = ["received", "rejected", "ready", "started", "finished", "failed"] as const;
  const acks = fc.array(fc.record({ state: fc.constantFrom(...states), revision: fc.constantFrom(1, 2, 3) }));

  test("never goes back within the revision that was issued last, in whatever order acks come, and an older revision changes nothing", () => {
    fc.assert(
      fc.property(acks, (said) => {
        const issue = { ...ISSUE, revision: 2 };
        let progress: Progress | undefined;
        said.forEach((ack, index) => {
          const next = advance(progress, { ...ack, code: "BOARD_LOST" }, issue, 3_000 + index);
          if (next && progress && progress.revision === issue.revision)
            expect(RANK[stationState(next, issue, HERE).state]).toBeGreaterThanOrEqual(
              RANK[stationState(progress, issue, HERE).state],
            );
          expect(next?.revision ?? 0).toBeGreaterThanOrEqual(progress?.revision ?? 0);
          expect(next?.revision ?? 0).toBeLessThan(3);
          progress = next;
        });
      }),
    );
  });

  test("takes the first of each kind as its time, and the same ack again is no news", () => {
    const received = advance(undefined, { state: "received", revision: 1 }, ISSUE, 2_500);
    const sounding = advance(received, { state: "started", revision: 1 }, ISSUE, 2_900);
    expect(sounding).toMatchObject({ receivedAt: 2_500, soundingAt: 2_900 });
    expect(advance(sounding, { state: "started", revision: 1 }, ISSUE, 9_000)).toBe(sounding);
  });

  test.each<[string, Pick<Ack, "state" | "code">[], object]>([
    ["nothing", [], { state: "sent" }],
    ["a refusal", [{ state: "rejected", code: "CLOCK_UNSYNCED" }], { state: "sent", code: "CLOCK_UNSYNCED" }],
    ["a refusal, then a taking", [{ state: "rejected" }, { state: "received" }], { state: "received" }],
    ["a failure", [{ state: "failed", code: "LOCKED_OUT" }], { state: "failed", code: "LOCKED_OUT" }],
    [
      "a lock-out, and the end of it",
      [{ state: "started" }, { state: "failed", code: "LOCKED_OUT" }, { state: "started" }],
      { state: "sounding" },
    ],
    [
      "a lock-out that outlasted it",
      [{ state: "started" }, { state: "failed", code: "LOCKED_OUT" }],
      { state: "failed", code: "LOCKED_OUT" },
    ],
    [
      "another failure, and a word of before",
      [{ state: "failed", code: "X" }, { state: "started" }],
      { state: "failed", code: "X" },
    ],
    ["a late beginning", [{ state: "started" }, { state: "failed", code: "JOINED_LATE" }], { state: "done" }],
    ["a failure, then an end", [{ state: "failed" }, { state: "finished" }], { state: "done" }],
  ])("after %s is told as it is", (_, said, shown) => {
    const progress = said.reduce<Progress | undefined>(
      (at, ack) => advance(at, ack, ISSUE, 3_000),
      undefined,
    );
    expect(stationState(progress, ISSUE, HERE)).toEqual(shown);
  });

  test("once it is over, whoever was silent was out of reach, and a refusal was a failure", () => {
    const over = { reachable: true, over: true };
    expect(stationState(undefined, ISSUE, over)).toEqual({ state: "unreachable" });
    expect(stationState(undefined, ISSUE, { reachable: false, over: false })).toEqual({
      state: "unreachable",
    });
    const refused = advance(undefined, { state: "rejected", code: "KEY_UNKNOWN" }, ISSUE, 3_000);
    expect(stationState(refused, ISSUE, over)).toEqual({ state: "failed", code: "KEY_UNKNOWN" });
  });

  test("tells of what was issued before only that it still sounds", () => {
    const said = (...states: Ack["state"][]) =>
      states.reduce<Progress | undefined>(
        (at, state) => advance(at, { state, revision: 1 }, ISSUE, 3_000),
        undefined,
      );
    const update = { ...ISSUE, revision: 2, action: "update" as const };
    expect(stationState(said("received", "started"), update, HERE)).toEqual({ state: "sounding" });
    for (const last of ["received", "finished", "failed"] as const)
      expect(stationState(said("received", last), update, HERE)).toEqual({ state: "sent" });
  });

  test("of a recall without words is done once it is silent", () => {
    const silent = recalled(SENT, [], BY, 5_000).issue!;
    const ready = advance(undefined, { state: "ready", revision: 2 }, silent, 5_100);
    expect(stationState(ready, silent, HERE)).toEqual({ state: "done" });
  });

  test("of a recall that speaks is known to be silent from the silence ahead of it on, and is done once that was said", () => {
    const silence = recalled(SENT, null, BY, 5_000);
    const correction = recalled(silence, [{ kind: "silence", durationMs: 500 }], BY, 5_010);
    const word = (
      before: Progress | undefined,
      state: Ack["state"],
      revision: number,
      { issue }: AlertRecord,
    ) => advance(before, { state, revision }, issue!, 5_100);
    const shown = (said: Progress | undefined, { issue }: AlertRecord) =>
      stationState(said, issue, HERE).state;
    const sounding = word(undefined, "started", 1, silence);
    expect([shown(sounding, silence), shown(sounding, correction)]).toEqual(["sounding", "sounding"]);
    for (const last of ["received", "ready"] as const)
      for (const current of [silence, correction])
        expect(shown(word(sounding, last, 2, current), current)).toBe("received");
    const spoken = word(
      word(word(sounding, "ready", 2, silence), "started", 3, correction),
      "finished",
      3,
      correction,
    );
    expect(shown(spoken, correction)).toBe("done");
  });

  test("is proven by receipts where acks were lost: those of the tone that stood in tell only that it sounded", () => {
    const receipt = { startedAt: 1, outcome: "played" } as Parameters<typeof acksOf>[0];
    expect(acksOf({ ...receipt, segment: 3 })).toEqual([
      { state: "started", revision: 1 },
      { state: "finished", revision: 1 },
    ]);
    expect(acksOf({ ...receipt, segment: 2 })).toEqual([{ state: "started", revision: 1 }]);
    expect(
      acksOf({ ...receipt, segment: 5, startedAt: null, outcome: "failed", code: "BOARD_LOST" }),
    ).toEqual([{ state: "failed", revision: 2, code: "BOARD_LOST" }]);
  });
});

describe("an alert", () => {
  const at = (...states: AlertStationState[]) => states.map((state) => ({ state }));

  test("waits, is sent, is done when no station is left, and expires when nobody heard it", () => {
    expect(alertState(DRAFT, [], 2_000)).toBe("awaitingConfirmation");
    expect(alertState(DRAFT, [], 601_000)).toBe("expired");
    expect(alertState(SENT, at("sounding", "done"), 3_000)).toBe("sent");
    expect(alertState(SENT, at("failed", "done"), 3_000)).toBe("done");
    expect(alertState(SENT, at("unreachable", "done"), ISSUE.expires)).toBe("done");
    expect(alertState(SENT, at("unreachable", "ready"), ISSUE.expires)).toBe("expired");
    expect(alertState(voiceless(SENT, ISSUE, [], 3_000), at("unreachable", "sent"), 3_000)).toBe("done");
    expect(alertState(recalled(SENT, [], BY, 3_000), at("done"), 3_000)).toBe("recalled");
  });

  test("rises by one revision with an update, a silence and a recall, and what is told keeps its id", () => {
    const update = issued(SENT, { ...CONTENT, headline: "Nước lên nhanh" }, { now: 4_000, leadMs: 300 });
    const silence = recalled(update, null, BY, 5_000);
    const end = recalled(silence, [{ kind: "silence", durationMs: 500 }], BY, 6_000);
    const told = [SENT, update, silence, end].map((one) =>
      messageOf(one, one.issue!, { zones: [], except: ["tram-so-9"] }),
    );
    expect(told.map(({ alertId, revision, action }) => [alertId, revision, action])).toEqual([
      ["al-1", 1, "alert"],
      ["al-1", 2, "update"],
      ["al-1", 3, "recall"],
      ["al-1", 4, "recall"],
    ]);
    expect(told.map(({ sound }) => sound.length)).toEqual([1, 1, 0, 0]);
    expect(told[2]).not.toHaveProperty("correction");
    expect(told[3]).toMatchObject({ correction: [{ kind: "silence" }], except: ["tram-so-9"] });
    expect([silence, end].map(lacksCorrection)).toEqual([true, false]);
    const ahead = messageOf(end, silenceOf(end.issue!)!, { zones: [], except: ["tram-so-9"] });
    expect(ahead).toEqual({ ...told[2], startAt: 6_000, expires: ahead.expires });
    expect([SENT, update, silence, end].map(({ version }) => version)).toEqual([2, 3, 4, 5]);
  });

  test("that is called back at its end leaves time to say so", () => {
    const late = recalled(SENT, [{ kind: "silence", durationMs: 9_000 }], BY, ISSUE.expires + 5_000);
    expect(late.issue!.expires).toBeGreaterThanOrEqual(ISSUE.expires + 5_000 + 9_000);
  });

  test("is taken by a station only in its newest revision", () => {
    const old = advance(undefined, { state: "finished", revision: 1 }, ISSUE, 3_000);
    expect(hasTaken(old, ISSUE)).toBe(true);
    expect(hasTaken(old, { ...ISSUE, revision: 2 })).toBe(false);
  });

  test("sounds for its rounds, its life or ten minutes, whichever ends first", () => {
    expect(wholeMs(CONTENT)).toBe(24_000);
    expect(wholeMs({ ...CONTENT, lifeMs: 10_000 })).toBe(10_000);
    expect(wholeMs({ ...CONTENT, repeat: 0, lifeMs: 1e9 })).toBe(600_000);
  });
});
