import type { Clock, UnixMs } from "@loa/kernel/clock";
import { newId } from "@loa/kernel/ids";
import type { Logger } from "@loa/kernel/log";
import { minutes } from "@loa/kernel/units";
import type { StationEvent } from "@loa/protocol/faults";
import type { AlertKeeper } from "../alert-keeper.ts";
import type { ButtonConfig } from "../config.ts";
import { JOIN_MS } from "../core/alerts.ts";
import {
  ALARM_ID,
  type ButtonState,
  buttonAlarm,
  isButtonAlarm,
  readButton,
  UNREAD,
} from "../core/button.ts";
import type { Hardware } from "../ports.ts";

/** What the alarm button needs. */
export interface AlarmButtonDeps {
  readonly config: ButtonConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly hardware: Hardware;
  readonly alerts: AlertKeeper;
  /** Station time. */
  now(): UnixMs;
  /** Whether the clock is believed. */
  synchronised(): boolean;
  /** When the amplifier could sound if it were wanted now, station time. */
  soundableAt(): UnixMs;
  /** Tells the hub, now or when it is there again. */
  tell(event: StationEvent): void;
}

/** The alarm button at the pole: starts the siren with no hub, network, plan, disk or believed clock; pressed again, it ends it. */
export class AlarmButton {
  readonly #deps: AlarmButtonDeps;
  #state: ButtonState = UNREAD;

  constructor(deps: AlarmButtonDeps) {
    this.#deps = deps;
  }

  /** Looks at the button. */
  look(): void {
    const { clock, hardware, config } = this.#deps;
    const down = hardware.readings().buttonPressed;
    const { state, pressed } = readButton(this.#state, down, clock.now(), config.holdMs);
    this.#state = state;
    if (pressed) this.#pressed();
  }

  #pressed(): void {
    const { alerts, now, log } = this.#deps;
    const standing = alerts.stretches.filter(({ alert }) => isButtonAlarm(alert.alertId));
    const sounding = standing.find(({ startAt, durationMs }) => now() < startAt + durationMs);
    if (sounding) {
      log.warn({ alertId: sounding.alert.alertId }, "the alarm was ended at the pole");
      alerts.end(sounding.alert.alertId);
    } else this.#raise();
  }

  #raise(): void {
    const { alerts, config, now, synchronised, soundableAt, tell, log } = this.#deps;
    const alarm = buttonAlarm(newId(ALARM_ID, now()), soundableAt() + JOIN_MS, config);
    const { alertId, startAt, maxSoundMinutes } = alarm;
    log.warn({ alertId }, "alarm at the pole");
    alerts.raise(alarm);
    const endsBy = startAt + minutes(maxSoundMinutes);
    tell({ kind: "button-alarm", at: now(), alertId, endsBy, ...(!synchronised() && { ownTime: true }) });
  }
}
