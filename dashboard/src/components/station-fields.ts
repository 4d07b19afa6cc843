import type { Zone } from "@loa/protocol/identity";
import { html, nothing, type TemplateResult } from "lit";
import { type MessageId, t } from "../locales/translate.ts";
import { coordinatesText, readCoordinates } from "../words/coordinates.ts";
import { MOST_ZONES, type StationDraft, type Wrong, withZone } from "../words/station-draft.ts";
import { areaField } from "./area-field.ts";
import { icon } from "./icon.ts";
import { sayError } from "./toast.ts";

type Edit = (part: Partial<StationDraft>) => void;

const entered = (event: Event): string => (event.target as HTMLInputElement).value;

function problem(wrong: readonly Wrong[], ...kinds: Wrong[]): TemplateResult | typeof nothing {
  const kind = kinds.find((one) => wrong.includes(one));
  if (kind === undefined) return nothing;
  return html`<p class="error-text" role="alert">${icon("error")}${t(`station.wrong.${kind}` as MessageId)}</p>`;
}

function hereNow(edit: Edit): void {
  navigator.geolocation.getCurrentPosition(
    ({ coords: { latitude: lat, longitude: lon } }) => edit({ place: coordinatesText({ lat, lon }) }),
    () => sayError(new Error(t("station.noPosition"))),
    { enableHighAccuracy: true, timeout: 15_000 },
  );
}

/** The map's code comes when it is asked for. */
async function fromMap({ place, areaId }: StationDraft, edit: Edit): Promise<void> {
  try {
    const { askPlace } = await import("./place-picker.ts");
    const chosen = await askPlace(readCoordinates(place), areaId);
    if (chosen) edit({ place: coordinatesText(chosen) });
  } catch (thrown) {
    sayError(thrown);
  }
}

function placeField(draft: StationDraft, wrong: readonly Wrong[], edit: Edit): TemplateResult {
  const { place } = draft;
  const read = readCoordinates(place);
  return html`<div class="field">
    <label for="station-place">${t("station.position")}</label>
    <div class="with-button">
      <input
        id="station-place"
        type="text"
        autocomplete="off"
        placeholder="18.67334, 105.69232"
        aria-invalid=${wrong.includes("place")}
        aria-describedby="station-place-hint"
        .value=${place}
        @change=${(event: Event) => {
          const text = entered(event);
          const found = readCoordinates(text);
          edit({ place: found ? coordinatesText(found) : text });
        }}
      />
      <button type="button" class="button" @click=${() => hereNow(edit)}>${icon("pin")}${t("station.here")}</button>
      <button type="button" class="button" data-testid="pick-place" @click=${() => void fromMap(draft, edit)}>
        ${icon("search")}${t("station.fromMap")}
      </button>
    </div>
    <p class="hint" id="station-place-hint">
      ${t("station.positionHint")}
      ${
        read
          ? html`<a
              class="small"
              href="https://www.openstreetmap.org/?mlat=${read.lat}&mlon=${read.lon}#map=17/${read.lat}/${read.lon}"
              target="_blank"
              rel="noopener noreferrer"
              >${t("station.onMap")}</a
            >`
          : nothing
      }
    </p>
    ${problem(wrong, "place")}
  </div>`;
}

function zoneRow(zone: Zone, i: number, { zones }: StationDraft, edit: Edit): TemplateResult {
  const put = (part: Partial<Zone>) =>
    edit({ zones: zones.map((other) => (other.id === zone.id ? { ...other, ...part } : other)) });
  return html`<li>
    <code class="muted">${zone.id}</code>
    <input
      type="text"
      maxlength="80"
      aria-label=${t("station.zoneName", { n: i + 1 })}
      .value=${zone.name}
      @change=${(event: Event) => put({ name: entered(event) })}
    />
    <label class="horns"
      ><input
        type="number"
        min="0"
        max="64"
        .value=${String(zone.horns)}
        @change=${(event: Event) => put({ horns: (event.target as HTMLInputElement).valueAsNumber })}
      /><span>${t("station.hornsUnit")}</span></label
    >
    <button
      type="button"
      class="button quiet icon-only"
      aria-label=${t("station.removeZone", { name: zone.name })}
      ?disabled=${zones.length === 1}
      @click=${() => edit({ zones: zones.filter(({ id }) => id !== zone.id) })}
    >
      ${icon("trash")}
    </button>
  </li>`;
}

/** Speaker lines with their horns. */
function zoneFields(draft: StationDraft, wrong: readonly Wrong[], edit: Edit): TemplateResult {
  const { zones } = draft;
  return html`<fieldset class="field zone-fields">
    <legend class="label">${t("station.zones")}</legend>
    <p class="hint">${t("station.zonesHint")}</p>
    <ol>
      ${zones.map((zone, i) => zoneRow(zone, i, draft, edit))}
    </ol>
    <button
      type="button"
      class="button"
      ?disabled=${zones.length >= MOST_ZONES}
      @click=${() => edit({ zones: withZone(zones, (n) => t("station.zoneDefault", { n })) })}
    >
      ${icon("plus")}${t("station.addZone")}
    </button>
    ${problem(wrong, "zones")}
  </fieldset>`;
}

/** Everything of a station that people decide; a stored one keeps its id and is moved by a dialog of its own. */
export function stationFields(
  draft: StationDraft,
  wrong: readonly Wrong[],
  edit: Edit,
  { stored }: { stored: boolean },
): TemplateResult {
  const idWrong = wrong.includes("id") || wrong.includes("idTaken");
  return html`<div class="field">
      <label for="station-name">${t("station.name")}</label>
      <input
        id="station-name"
        type="text"
        maxlength="120"
        autocomplete="off"
        placeholder=${t("station.nameExample")}
        aria-invalid=${wrong.includes("name")}
        .value=${draft.name}
        @input=${(event: Event) => edit({ name: entered(event) })}
      />
      ${problem(wrong, "name")}
    </div>
    ${
      stored
        ? nothing
        : html`${areaField("station-area", t("announcement.area"), draft.areaId, (areaId) => edit({ areaId }))}
            ${problem(wrong, "area")}
            <div class="field">
              <label for="station-id">${t("station.id")}</label>
              <input
                id="station-id"
                type="text"
                class="mono"
                maxlength="32"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-invalid=${idWrong}
                aria-describedby="station-id-hint"
                .value=${draft.id}
                @input=${(event: Event) => edit({ id: entered(event).trim() })}
              />
              <p class="hint" id="station-id-hint">${t("station.idHint")}</p>
              ${problem(wrong, "idTaken", "id")}
            </div>`
    }
    ${zoneFields(draft, wrong, edit)} ${placeField(draft, wrong, edit)}`;
}
