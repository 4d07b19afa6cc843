import type { Cancel, Clock } from "@loa/kernel/clock";
import type { Territory } from "../core/targets.ts";
import type { EventSink } from "../ports.ts";
import type { AlertBook } from "./alert-book.ts";
import type { AlertViews } from "./alert-views.ts";

const TELL_AFTER_MS = 200;

/** What telling of alerts needs. */
export interface NoticeParts {
  readonly alerts: AlertBook;
  readonly views: AlertViews;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly territory: () => Territory;
}

/** Tells dashboards how alerts go; what comes within a moment is told once. */
export class AlertNotices {
  readonly #parts: NoticeParts;
  readonly #changed = new Set<string>();
  #telling: Cancel | null = null;

  constructor(parts: NoticeParts) {
    this.#parts = parts;
  }

  changed(id: string): void {
    const { clock } = this.#parts;
    this.#changed.add(id);
    this.#telling ??= clock.at("tell-alerts", clock.now() + TELL_AFTER_MS, () => this.#tell());
  }

  close(): void {
    this.#telling?.();
  }

  #tell(): void {
    const { alerts, views, events, territory } = this.#parts;
    this.#telling = null;
    const ids = [...this.#changed];
    this.#changed.clear();
    for (const id of ids) {
      const alert = alerts.held(id);
      if (!alert) continue;
      const areas = territory().areasOf(alert.record.reach.map(({ stationId }) => stationId));
      events.publish({ kind: "alert", alert: views.summary(alert) }, areas);
    }
  }
}
