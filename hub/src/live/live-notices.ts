import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Territory } from "../core/targets.ts";
import type { EventSink } from "../ports.ts";
import { type HeldLive, knownOf, type LiveBook } from "./live-book.ts";
import type { LiveViews } from "./live-views.ts";

const TELL_AFTER_MS = 200;
const MOST_STATIONS_TOLD = 50;

/** What telling of live speech needs. */
export interface LiveNoticeParts {
  readonly book: LiveBook;
  readonly views: LiveViews;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly territory: () => Territory;
}

/** Tells speakers and dashboards how live speech goes; to dashboards, what comes within a moment is told once. */
export class LiveNotices {
  readonly #parts: LiveNoticeParts;
  readonly #changed = new Set<string>();
  readonly #measured = new WeakMap<HeldLive, ReturnType<HeldLive["voice"]["measure"]>>();
  #telling: Cancel | null = null;

  constructor(parts: LiveNoticeParts) {
    this.#parts = parts;
  }

  changed(id: string): void {
    const { clock } = this.#parts;
    this.#changed.add(id);
    this.#telling ??= clock.at("tell-live", clock.now() + TELL_AFTER_MS, () => this.#tell());
  }

  /** Tells the speaker how it goes; `measure`: once a second, of that second. */
  tellSpeaker(held: HeldLive, measure = false): void {
    const { views } = this.#parts;
    if (measure) this.#measured.set(held, held.voice.measure());
    const { level, soundsAfterMs } = this.#measured.get(held) ?? { level: null, soundsAfterMs: null };
    const known = knownOf(held);
    const live = views.summary(known);
    const stations = views.stations(known).slice(0, MOST_STATIONS_TOLD);
    const sounds = live.counts.sounding > 0 ? soundsAfterMs : null;
    const { lostPackets } = held.voice;
    held.voice.tell({ kind: "state", live, stations, level, soundsAfterMs: sounds, lostPackets });
  }

  close(): void {
    this.#telling?.();
  }

  #tell(): void {
    const { book, views, events, territory } = this.#parts;
    this.#telling = null;
    const ids = [...this.#changed];
    this.#changed.clear();
    for (const id of ids) {
      const held = book.held(id);
      if (!held) continue;
      const areas = territory().areasOf(held.record.reach.map(({ stationId }) => stationId));
      events.publish({ kind: "live", live: views.summary(knownOf(held)) }, areas);
    }
  }
}
