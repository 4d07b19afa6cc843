import { days, minutes, seconds } from "@loa/kernel/units";
import type { Alert } from "@loa/protocol/alert";
import type { Segment } from "@loa/protocol/plan";
import { factsOf } from "./held-alert.ts";
import type { Deed } from "./script.ts";
import { step } from "./station-machine.ts";
import {
  type FleetEffect,
  type FleetEvent,
  type FleetState,
  type HeldPlan,
  SWITCHED_ON,
  type TimerName,
} from "./station-state.ts";

/** When tests begin, Unix ms. */
export const START = Date.UTC(2026, 4, 4);

/** A machine with its timers on a time that stands until it is moved; keeps what it does. */
export class TestMachine {
  state: FleetState = SWITCHED_ON;
  now = START;
  chance = 0.5;
  #done: FleetEffect[] = [];
  readonly #timers = new Map<TimerName, number>();

  /** A station that is connected. */
  static online(): TestMachine {
    const machine = new TestMachine();
    machine.happens({ on: "start", withinMs: 0 });
    machine.advance(0);
    machine.happens({ on: "online" });
    machine.done();
    return machine;
  }

  happens(event: FleetEvent): void {
    const { now, chance } = this;
    const around = { now, chance, clockErrorMs: 1, receiptId: (key: string) => `r-${key}` };
    const [state, effects] = step(this.state, event, around);
    this.state = state;
    for (const effect of effects)
      if (effect.do === "wake") this.#timers.set(effect.timer, Math.max(effect.at, now));
      else if (effect.do === "forget") for (const timer of effect.timers) this.#timers.delete(timer);
      else this.#done.push(effect);
  }

  does(deed: Deed): void {
    this.happens({ on: "deed", deed });
  }

  takes(plan: HeldPlan, fetch = false): void {
    this.happens({ on: "plan", plan, fetch });
  }

  alerted(alert: Alert): void {
    this.happens({ on: "alert", alert: factsOf(alert), own: "vinh-01-01" });
  }

  commanded(command: object, id = "c-1"): void {
    this.happens({
      on: "command",
      command: { id, by: "Lan", ...command } as Extract<FleetEvent, { on: "command" }>["command"],
      expiresAt: this.now + minutes(10),
    });
  }

  /** Moves time on, ringing what falls due. */
  advance(ms: number): void {
    const target = this.now + ms;
    for (;;) {
      const [timer, at] = [...this.#timers].sort((a, b) => a[1] - b[1])[0] ?? [];
      if (timer === undefined || at === undefined || at > target) break;
      this.#timers.delete(timer);
      this.now = Math.max(this.now, at);
      this.happens({ on: "timer", timer });
    }
    this.now = target;
  }

  /** What it did since it was last asked. */
  done(): FleetEffect[] {
    return this.#done.splice(0);
  }

  did(what: FleetEffect["do"]): number {
    return this.done().filter((effect) => effect.do === what).length;
  }

  /** States of the acks it sent since it was last asked. */
  acks(): string[] {
    return this.done().flatMap((effect) =>
      effect.do === "ack"
        ? [`${effect.ack.id} ${effect.ack.state}${effect.ack.code ? ` ${effect.ack.code}` : ""}`]
        : [],
    );
  }

  get outcomes(): string[] {
    return this.state.unsent.map(
      ({ receiptId, outcome, code }) => `${receiptId} ${outcome}${code ? ` ${code}` : ""}`,
    );
  }

  waits(timer: TimerName): number | null {
    const at = this.#timers.get(timer);
    return at === undefined ? null : at - this.now;
  }
}

/** A segment that begins `inMs` after the start of the test and lasts a minute. */
export function segmentOf(broadcastId: string, inMs: number, more: Partial<Segment> = {}): Segment {
  return {
    ...{ broadcastId, segment: 0, startAt: START + inMs, durationMs: minutes(1), priority: "scheduled" },
    ...{ zones: ["z1", "z2"], chime: false, staggerMs: 0, approvedBy: "u-1" },
    items: [
      { kind: "announcement", sha256: "a".repeat(64), bytes: 1_000, durationMs: minutes(1), gainDb: 0 },
    ],
    // biome-ignore lint/suspicious/noThenProperty: the field's name is fixed by the protocol
    lateStart: { withinMs: 0, then: "skip" },
    ...more,
  };
}

/** An alert of one round of 10 s, a second ahead of the start of the test, that stands for five minutes. */
export function alertOf(alertId: string, more: Partial<Alert> = {}): Alert {
  return {
    ...{ alertId, revision: 1, kind: "actual", action: "alert", supersedes: [], repeat: 1 },
    sound: [{ kind: "tone", tone: "wail", durationMs: seconds(10) }],
    ...{ startAt: START + seconds(1), zones: [], headline: "Lũ", language: "vi" },
    ...{ expires: START + minutes(5), maxSoundMinutes: 10, except: [] },
    ...more,
  };
}

/** A plan of segments. */
export function planOf(revision: number, ...segments: Segment[]): HeldPlan {
  return { hubEpoch: 5, revision, validUntil: START + days(9), segments };
}
