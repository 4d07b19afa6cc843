import type { Area } from "@loa/protocol/http/areas";
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { throttled } from "../data/signal.ts";
import { world } from "../data/world.ts";
import { t } from "../locales/translate.ts";
import { type AreaRow, areaAndBelow, areaRows } from "../words/area-rows.ts";
import { folded } from "../words/folded.ts";
import { icon } from "./icon.ts";
import { emit, View } from "./view.ts";

/** Counts may lag behind the stations by this. */
const COUNT_EVERY_MS = 1_000;
/** Trees up to this size stand open from the beginning. */
const OPEN_UP_TO = 40;
const TYPED_WITHIN_MS = 700;

/**
 * The administrative tree, of any depth, by mouse, touch or keyboard (ARIA tree pattern: arrows, Home, End, letters, `*`).
 * Emits `area-chosen` with an id, and `area-dropped` with `{id, into}` when one was dragged onto another.
 */
export class AreaTree extends View {
  static override properties = {
    chosen: {},
    words: {},
    banned: { attribute: false },
    movable: { type: Boolean },
  };
  declare chosen: string;
  declare words: string;
  /** Areas that cannot be chosen. */
  declare banned: ReadonlySet<string>;
  /** Whether rows can be dragged. */
  declare movable: boolean;
  readonly #opened = new Set<string>();
  #started = false;
  #focused = "";
  #dragged = "";
  #over = "";
  #typed = { text: "", at: 0 };

  constructor() {
    super();
    this.chosen = "";
    this.words = "";
    this.banned = new Set();
    this.movable = false;
  }

  protected override sources() {
    return [world.areas, throttled(world.stations, COUNT_EVERY_MS)];
  }

  /** Opens the way to an area. */
  reveal(id: string): void {
    for (const above of world.areas.get(id)?.path.slice(0, -1) ?? []) this.#opened.add(above);
    this.change(() => {
      this.#focused = id;
    });
  }

  #rows(): AreaRow[] {
    const areas = world.areas.all;
    if (!this.#started && areas.length > 0) {
      this.#started = true;
      const few = areas.length <= OPEN_UP_TO;
      for (const { id, parentId } of areas) if (few || parentId === null) this.#opened.add(id);
      for (const id of world.areas.get(this.chosen)?.path.slice(0, -1) ?? []) this.#opened.add(id);
    }
    return areaRows(areas, this.#opened, this.words);
  }

  #counts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { areaId } of world.stations.all)
      for (const id of world.areas.get(areaId)?.path ?? []) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  }

  #choose(id: string): void {
    this.change(() => {
      this.#focused = id;
    });
    if (!this.banned.has(id)) emit(this, "area-chosen", id);
  }

  #toggle(id: string, open: boolean): void {
    this.change(() => {
      if (open) this.#opened.add(id);
      else this.#opened.delete(id);
    });
  }

  #openAll(rows: readonly AreaRow[]): void {
    this.change(() => {
      for (const { area } of rows) this.#opened.add(area.id);
    });
  }

  async #focus(id: string | undefined): Promise<void> {
    if (id === undefined) return;
    this.change(() => {
      this.#focused = id;
    });
    await this.updateComplete;
    this.querySelector<HTMLElement>(`[data-area="${id}"]`)?.focus();
  }

  /** Letters go to the next name that begins with them. */
  #type(letter: string, rows: readonly AreaRow[], i: number): void {
    const now = Date.now();
    const text = now - this.#typed.at < TYPED_WITHIN_MS ? this.#typed.text + letter : letter;
    this.#typed = { text, at: now };
    const from = text.length === 1 ? i + 1 : i;
    const order = [...rows.slice(from), ...rows.slice(0, from)];
    const begins = ({ area }: AreaRow) =>
      folded(area.name)
        .replace(/^(xa|phuong|huyen|thi xa|thanh pho|tinh|xom) /, "")
        .startsWith(folded(text)) || folded(area.name).startsWith(folded(text));
    void this.#focus(order.find(begins)?.area.id);
  }

  #key(event: KeyboardEvent, rows: readonly AreaRow[], i: number): void {
    const row = rows[i];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const { area, open } = row;
    const steps: Record<string, () => void> = {
      ArrowDown: () => void this.#focus(rows[i + 1]?.area.id),
      ArrowUp: () => void this.#focus(rows[i - 1]?.area.id),
      Home: () => void this.#focus(rows[0]?.area.id),
      End: () => void this.#focus(rows.at(-1)?.area.id),
      ArrowRight: () =>
        open === false ? this.#toggle(area.id, true) : open && void this.#focus(rows[i + 1]?.area.id),
      ArrowLeft: () => (open ? this.#toggle(area.id, false) : void this.#focus(this.#above(row, rows))),
      Enter: () => this.#choose(area.id),
      " ": () => this.#choose(area.id),
      "*": () => this.#openAll(rows.filter(({ level }) => level === row.level)),
    };
    const step = steps[event.key];
    if (!step && event.key.length !== 1) return;
    event.preventDefault();
    if (step) step();
    else this.#type(event.key, rows, i);
  }

  #above({ area }: AreaRow, rows: readonly AreaRow[]): string | undefined {
    return rows.find((row) => row.area.id === area.parentId)?.area.id;
  }

  #mayDrop(into: string): boolean {
    return (
      this.#dragged !== "" &&
      world.areas.get(this.#dragged)?.parentId !== into &&
      !areaAndBelow(world.areas.all, this.#dragged).has(into)
    );
  }

  #drag(id: string, over = ""): void {
    this.change(() => {
      this.#dragged = id;
      this.#over = over;
    });
  }

  #dragOver(event: DragEvent, id: string): void {
    if (!this.#mayDrop(id)) return;
    event.preventDefault();
    if (this.#over !== id) this.#drag(this.#dragged, id);
  }

  #drop(event: DragEvent, into: string): void {
    event.preventDefault();
    const id = this.#dragged;
    if (this.#mayDrop(into)) emit(this, "area-dropped", { id, into });
    this.#drag("");
  }

  #row(row: AreaRow, i: number, rows: readonly AreaRow[], count: number, tabbable: string): TemplateResult {
    const { area, level, open } = row;
    const root = world.areas.get(area.parentId ?? "") === undefined;
    return html`<li
      role="treeitem"
      data-area=${area.id}
      class=${this.#over === area.id ? "drop-here" : ""}
      style="--level:${level - 1}"
      tabindex=${area.id === tabbable ? 0 : -1}
      aria-level=${level}
      aria-posinset=${row.position}
      aria-setsize=${row.siblings}
      aria-expanded=${open === null ? nothing : open}
      aria-selected=${area.id === this.chosen}
      aria-disabled=${this.banned.has(area.id) ? "true" : nothing}
      aria-label=${t("tree.row", { name: area.name, n: count })}
      draggable=${this.movable && !root ? "true" : "false"}
      @click=${() => this.#choose(area.id)}
      @keydown=${(event: KeyboardEvent) => this.#key(event, rows, i)}
      @dragstart=${(event: DragEvent) => {
        event.dataTransfer?.setData("text/plain", area.name);
        this.#drag(area.id);
      }}
      @dragend=${() => this.#drag("")}
      @dragover=${(event: DragEvent) => this.#dragOver(event, area.id)}
      @dragleave=${() => this.#over === area.id && this.#drag(this.#dragged)}
      @drop=${(event: DragEvent) => this.#drop(event, area.id)}
    >
      ${
        open === null
          ? html`<i class="twist"></i>`
          : html`<i
              class="twist"
              aria-hidden="true"
              @click=${(event: Event) => {
                event.stopPropagation();
                this.#toggle(area.id, !open);
              }}
              >${icon(open ? "down" : "right")}</i
            >`
      }
      <span class="tree-name">${this.#marked(area)}</span>
      <span class="tree-count">${count}</span>
    </li>`;
  }

  /** The name with what was sought in bold. */
  #marked({ name }: Area): TemplateResult {
    const wanted = folded(this.words);
    const at = wanted === "" ? -1 : folded(name).indexOf(wanted);
    if (at < 0) return html`${name}`;
    const end = at + wanted.length;
    return html`${name.slice(0, at)}<mark>${name.slice(at, end)}</mark>${name.slice(end)}`;
  }

  protected override render(): TemplateResult {
    const rows = this.#rows();
    const counts = this.#counts();
    const shown = (id: string) => rows.some(({ area }) => area.id === id);
    const tabbable = [this.#focused, this.chosen].find(shown) ?? rows[0]?.area.id ?? "";
    if (rows.length === 0 && this.words !== "")
      return html`<p class="tree-none muted" role="status">${t("tree.noMatch", { words: this.words })}</p>`;
    return html`<ul class="area-tree" role="tree" aria-label=${t("admin.areas")}>
      ${repeat(
        rows,
        ({ area }) => area.id,
        (row, i) => this.#row(row, i, rows, counts.get(row.area.id) ?? 0, tabbable),
      )}
    </ul>`;
  }
}
customElements.define("loa-area-tree", AreaTree);
