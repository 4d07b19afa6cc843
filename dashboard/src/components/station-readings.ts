import type { FaultCode } from "@loa/protocol/faults";
import type { Health } from "@loa/protocol/health";
import type { StationDetail } from "@loa/protocol/http/stations";
import { html, nothing, type TemplateResult } from "lit";
import { hubNow } from "../data/hub-clock.ts";
import { t, tCode } from "../locales/translate.ts";
import { zoneOhms } from "../words/proof.ts";
import { clockSeconds, dayAndTime, number } from "../words/time-text.ts";
import { badge } from "./badge.ts";
import { faultText } from "./fault-list.ts";
import { type IconName, icon } from "./icon.ts";

/** Health comes every 30 s; older than this the values are history. */
const FRESH_MS = 90_000;

interface Reading {
  readonly drawing: IconName;
  readonly name: string;
  readonly value: string;
  /** Faults that make this reading stand out. */
  readonly faults: readonly FaultCode[];
}

/** Standing faults with what to do about them. */
export function faultNotices(station: StationDetail): TemplateResult[] {
  return station.faults.map(
    (
      fault,
    ) => html`<div class="notice ${fault.code === "OFFLINE" ? "bad" : "warn"}" data-testid="station-fault" data-code=${fault.code}>
      ${icon(fault.code === "OFFLINE" ? "silent" : "warning")}
      <div>
        <strong>${faultText(fault, station.zones)}</strong>
        ${tCode("faultAdvice", fault.code, "")}
        <span class="small muted">${t("faults.since", { time: dayAndTime(fault.since) })}</span>
      </div>
    </div>`,
  );
}

const withUnit = (value: number | undefined, digits: number, unit: string): string =>
  value === undefined ? t("reading.noSensor") : `${number(value, digits)} ${unit}`;

function clockWords({ clock }: Health): string {
  if (!clock.synchronised) return t("reading.clockUnset");
  return t("reading.clockError", { n: number(clock.errorMs, clock.errorMs < 10 ? 1 : 0) });
}

function readings(health: Health): Reading[] {
  const { mainsVolts, batteryVolts, temperature, outputVolts, doorOpen } = health.readings;
  return [
    {
      drawing: "mains",
      name: t("reading.mains"),
      value: withUnit(mainsVolts?.value, 0, "V"),
      faults: ["MAINS_LOST", "MAINS_OUT_OF_RANGE"],
    },
    {
      drawing: "battery",
      name: t("reading.battery"),
      value: withUnit(batteryVolts?.value, 1, "V"),
      faults: ["BATTERY_LOW"],
    },
    {
      drawing: "temperature",
      name: t("reading.temperature"),
      value: withUnit(temperature?.value, 0, "°C"),
      faults: ["OVER_TEMPERATURE"],
    },
    {
      drawing: "gauge",
      name: t("reading.output"),
      value: withUnit(outputVolts?.value, 1, "V"),
      faults: ["AMP_NO_OUTPUT", "SILENCE_ON_AIR"],
    },
    { drawing: "clock", name: t("reading.clock"), value: clockWords(health), faults: ["CLOCK_UNSYNCED"] },
    {
      drawing: "speaker",
      name: t("reading.audio"),
      value: tCode("audioState", health.audio.state),
      faults: [],
    },
    {
      drawing: "wrench",
      name: t("reading.board"),
      value: tCode("boardState", health.board),
      faults: ["BOARD_LOST"],
    },
    {
      drawing: "storage",
      name: t("reading.storage"),
      value: t("reading.free", { n: number(health.storageFreeBytes / 1e9, 1) }),
      faults: ["STORAGE_LOW"],
    },
    {
      drawing: "door",
      name: t("reading.door"),
      value:
        doorOpen === undefined
          ? t("reading.noSensor")
          : t(doorOpen ? "reading.doorOpen" : "reading.doorClosed"),
      faults: ["DOOR_OPEN"],
    },
  ];
}

/** What the station's sensors say, with their age. */
export function readingsCard(station: StationDetail): TemplateResult {
  const { health } = station;
  if (health === null)
    return html`<section class="card empty">${icon("gauge")}<strong>${t("reading.none")}</strong><p>${t("reading.noneHint")}</p></section>`;
  const standing = new Set(station.faults.map(({ code }) => code));
  const stale = hubNow() - health.at > FRESH_MS;
  return html`<section class="card" aria-labelledby="readings-title">
    <header>
      <h2 id="readings-title">${t("reading.title")}</h2>
      ${stale ? badge("warn", "clock", t("reading.stale", { time: dayAndTime(health.at) })) : html`<span class="small muted">${t("reading.at", { time: clockSeconds(health.at) })}</span>`}
    </header>
    <dl class="readings ${stale ? "stale" : ""}">
      ${readings(health).map(({ drawing, name, value, faults }) => {
        const wrong = faults.find((code) => standing.has(code));
        return html`<div class=${wrong ? "wrong" : ""}>
          <dt>${icon(drawing)}${name}</dt>
          <dd>${value}${wrong ? html` ${badge("warn", "warning", tCode("fault", wrong))}` : nothing}</dd>
        </div>`;
      })}
    </dl>
  </section>`;
}

function ohmsText(health: Health | null, zone: string): string {
  const ohms = health === null ? undefined : zoneOhms(health, zone);
  if (ohms === undefined) return "–";
  return ohms === null ? t("proof.open") : `${number(ohms)} Ω`;
}

/** The speaker lines: relay, current and impedance now. Impedance is known only while the line is driven. */
export function lineCard({ zones, health, faults }: StationDetail): TemplateResult {
  return html`<section class="card proof zones" aria-labelledby="zones-title">
    <header><h2 id="zones-title">${t("zones.title")}</h2></header>
    <table>
      <thead>
        <tr>
          <th scope="col">${t("zones.line")}</th>
          <th scope="col">${t("zones.horns")}</th>
          <th scope="col">${t("zones.relay")}</th>
          <th scope="col">${t("zones.current")}</th>
          <th scope="col">${t("zones.ohms")}</th>
        </tr>
      </thead>
      <tbody>
        ${zones.map(({ id, name, horns }) => {
          const fault = faults.find(({ zone }) => zone === id);
          const closed = health?.zonesClosed.includes(id) ?? false;
          const amps = health?.readings.zoneAmps[id]?.value;
          return html`<tr class=${fault ? "warn" : ""}>
            <td class="who"><b>${name}</b>${fault ? badge("warn", "warning", tCode("fault", fault.code)) : nothing}</td>
            <td data-label=${t("zones.horns")}>${horns}</td>
            <td data-label=${t("zones.relay")}>
              ${health === null ? "–" : closed ? badge("air", "air", t("zones.closed")) : badge("plain", "dashed", t("zones.open"))}
            </td>
            <td data-label=${t("zones.current")}>${amps === undefined ? "–" : `${number(amps, 3)} A`}</td>
            <td data-label=${t("zones.ohms")}>${ohmsText(health, id)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </section>`;
}
