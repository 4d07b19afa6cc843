import type { Station, StationDetail } from "@loa/protocol/http/stations";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { api } from "../data/api.ts";
import { type ApiError, toApiError } from "../data/api-error.ts";
import { user } from "../data/session.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { proposedStationId } from "../words/proposed-id.ts";
import {
  firstZone,
  reverted,
  type StationDraft,
  stationDraft,
  toCreate,
  toPatch,
  wrongIn,
} from "../words/station-draft.ts";
import { errorText } from "./error-text.ts";
import { icon } from "./icon.ts";
import { stationFields } from "./station-fields.ts";
import { offerUndo, say } from "./toast.ts";
import { emit, View } from "./view.ts";

/** The form of a station: `registered` with the id of a new one, `saved` after changes of a stored one. */
export class StationForm extends View {
  static override properties = { stored: { attribute: false }, areaId: {} };
  declare stored: StationDetail | undefined;
  declare areaId: string | undefined;
  #draft: StationDraft | null = null;
  #ownId = false;
  /** Ids that the hub refused: a station that is out of service keeps its id. */
  readonly #used = new Set<string>();
  #tried = false;
  #busy = false;
  #error: ApiError | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("stored");
    if (this.#draft === null || (before && before.id !== this.stored?.id)) this.#begin();
  }

  #begin(): void {
    const areaId = this.areaId || (world.areas.all.length === 1 ? (user.value?.areaId ?? "") : "");
    this.#draft = this.stored
      ? stationDraft(this.stored)
      : {
          id: areaId === "" ? "" : proposedStationId(areaId, this.#taken()),
          name: "",
          areaId,
          place: "",
          zones: [firstZone(t("station.zoneDefault", { n: 1 }))],
        };
  }

  #taken(): ReadonlySet<string> {
    return new Set(this.stored ? [] : [...world.stations.all.map(({ id }) => id), ...this.#used]);
  }

  #edit(part: Partial<StationDraft>): void {
    const draft = this.#draft;
    if (!draft) return;
    if (part.id !== undefined) this.#ownId = part.id !== "";
    const proposed =
      part.areaId !== undefined && !this.#ownId ? { id: proposedStationId(part.areaId, this.#taken()) } : {};
    this.change(() => {
      this.#draft = { ...draft, ...proposed, ...part };
      this.#error = null;
    });
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const draft = this.#draft;
    this.change(() => {
      this.#tried = true;
    });
    if (!draft || this.#busy) return;
    if (wrongIn(draft, this.#taken()).length > 0) {
      await this.updateComplete;
      this.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
      return;
    }
    await this.#sending(() => (this.stored ? this.#save(draft, this.stored) : this.#register(draft)));
  }

  async #sending(work: () => Promise<void>): Promise<void> {
    this.change(() => {
      this.#busy = true;
      this.#error = null;
    });
    try {
      await work();
    } catch (thrown) {
      const error = toApiError(thrown);
      this.change(() => {
        if (error.code === "CONFLICT" && !this.stored && this.#draft) this.#used.add(this.#draft.id);
        else this.#error = error;
      });
    }
    this.change(() => {
      this.#busy = false;
    });
  }

  async #register(draft: StationDraft): Promise<void> {
    const made = await api.post<Station>("/stations", toCreate(draft));
    world.stations.merge([made]);
    say(t("station.wasRegistered", { name: made.name }));
    emit(this, "registered", made.id);
  }

  async #save(draft: StationDraft, stored: Station): Promise<void> {
    const patch = toPatch(draft, stored);
    if (!patch) return say(t("station.unchanged"));
    const put = async (body: typeof patch) => {
      world.stations.merge([await api.patch<Station>(`/stations/${stored.id}`, body)]);
      emit(this, "saved", stored.id);
    };
    await put(patch);
    offerUndo(t("station.saved", { name: draft.name.trim() }), async () => {
      await put(reverted(patch, stored));
      this.change(() => {
        this.#draft = stationDraft(stored);
      });
    });
  }

  protected override render(): TemplateResult | typeof nothing {
    const draft = this.#draft;
    if (!draft) return nothing;
    const stored = this.stored !== undefined;
    const found = wrongIn(draft, this.#taken());
    const wrong = this.#tried ? found : found.filter((one) => one === "idTaken" || one === "place");
    return html`<form class="card station-form" novalidate @submit=${(event: Event) => void this.#submit(event)}>
      <header><h2>${t(stored ? "station.data" : "station.newData")}</h2></header>
      <div class="body">
        ${stationFields(draft, wrong, (part) => this.#edit(part), { stored })}
        ${this.#error ? html`<div class="notice bad" role="alert">${icon("error")}<div>${errorText(this.#error)}</div></div>` : nothing}
        <div class="buttons">
          <button class="button primary" data-testid="save-station" ?disabled=${this.#busy}>
            ${stored ? t("form.saveShort") : t("station.registerYes")}
          </button>
        </div>
      </div>
    </form>`;
  }
}
customElements.define("loa-station-form", StationForm);
