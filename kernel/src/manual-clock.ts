import type { Cancel, Clock, UnixMs } from "./clock.ts";

interface Timer {
  name: string;
  when: UnixMs;
  periodMs: number | null;
  run: () => void;
}

/** A clock that stands still until it is told to advance; timers fire in order of their times. */
export class ManualClock implements Clock {
  #now: UnixMs;
  #timers: Timer[] = [];

  constructor(start: UnixMs = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): UnixMs {
    return this.#now;
  }

  at(name: string, when: UnixMs, run: () => void): Cancel {
    return this.#add({ name, when, periodMs: null, run });
  }

  every(name: string, periodMs: number, run: () => void): Cancel {
    return this.#add({ name, when: this.#now + periodMs, periodMs, run });
  }

  /** Names of the timers that wait, soonest first. */
  pending(): string[] {
    return [...this.#timers].sort((a, b) => a.when - b.when).map((timer) => timer.name);
  }

  /** Moves time on by `ms`, firing what falls due, and lets promise callbacks settle between timers. */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    for (let due = this.#next(target); due; due = this.#next(target)) {
      this.#now = Math.max(this.#now, due.when);
      if (due.periodMs === null) this.#remove(due);
      else due.when += due.periodMs;
      due.run();
      await settle();
    }
    this.#now = target;
    await settle();
  }

  #add(timer: Timer): Cancel {
    this.#timers.push(timer);
    return () => this.#remove(timer);
  }

  #remove(timer: Timer): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }

  #next(limit: UnixMs): Timer | undefined {
    return this.#timers.filter((timer) => timer.when <= limit).sort((a, b) => a.when - b.when)[0];
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}
