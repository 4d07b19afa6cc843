import type { Element } from "./xml.ts";

/** Something about a document, and where: `/alert/info[2]/area[1]/polygon[1]`. */
export interface Remark {
  readonly path: string;
  readonly message: string;
}

/** What a parser of values tells about them. */
export interface Say {
  problem(message: string): void;
  note(message: string): void;
}

/** Reads the text of an element; complains about what is wrong and then returns anything of the type. */
export type Parser<T> = (text: string, say: Say) => T;

/** Past this many problems nobody reads on, and a hostile document could have a hundred thousand. */
const MOST_PROBLEMS = 1_000;

/** All that was found in one document. `problems` forbid its use, `notes` do not. */
export class Findings {
  readonly problems: Remark[] = [];
  readonly notes: Remark[] = [];

  addProblem(path: string, message: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ path, message });
  }
}

const SILENT: Say = { problem: () => {}, note: () => {} };

/** An element with its path. It remembers which children were asked for, so that `end` can tell of the others. */
export class Place implements Say {
  readonly element: Element;
  readonly #path: string;
  readonly #findings: Findings;
  readonly #asked = new Set<string>();

  constructor(element: Element, path: string, findings: Findings) {
    this.element = element;
    this.#path = path;
    this.#findings = findings;
  }

  problem(message: string): void {
    this.#findings.addProblem(this.#path, message);
  }

  note(message: string): void {
    this.#findings.notes.push({ path: this.#path, message });
  }

  /** The value of a child that must be there once. */
  required<T>(name: string, parse: Parser<T>): T {
    const value = this.optional(name, parse);
    if (value !== null) return value;
    if (!this.#named(name).length) this.#findings.addProblem(this.#below(name), "is missing");
    return parse("", SILENT);
  }

  /** The value of a child that may be there once; null without it. */
  optional<T>(name: string, parse: Parser<T>): T | null {
    const [first, ...more] = this.#named(name);
    more.forEach((extra, i) => {
      this.#place(extra, `${name}[${i + 2}]`).problem("is allowed once only");
    });
    return first ? this.#place(first, name).#value(parse) : null;
  }

  /** Like `optional` for free text; an empty element counts as none. */
  text(name: string): string | null {
    return this.optional(name, (text) => text.trim()) || null;
  }

  /** Values of all children of a name. */
  values<T>(name: string, parse: Parser<T>): T[] {
    return this.places(name).map((place) => place.#value(parse));
  }

  /** All children of a name that hold elements of their own. */
  places(name: string): Place[] {
    return this.#named(name).map((element, i) => this.#place(element, `${name}[${i + 1}]`));
  }

  /** Complains about text between the elements and about children that nobody asked for, save those that `known` takes. */
  end(known: (child: Element) => boolean = () => false): void {
    if (this.element.text.trim() !== "") this.problem("has text between its elements");
    for (const child of this.element.children)
      if (!this.#isAsked(child) && !known(child))
        this.#place(child, child.name).problem("is no element of CAP 1.2 at this place");
  }

  #isAsked({ space, name }: Element): boolean {
    return space === this.element.space && this.#asked.has(name);
  }

  #named(name: string): Element[] {
    this.#asked.add(name);
    return this.element.children.filter((child) => child.name === name && child.space === this.element.space);
  }

  #value<T>(parse: Parser<T>): T {
    if (this.element.children.length > 0) this.problem("has elements where only text is allowed");
    return parse(this.element.text, this);
  }

  #place(element: Element, name: string): Place {
    return new Place(element, this.#below(name), this.#findings);
  }

  #below(name: string): string {
    return `${this.#path}/${name}`;
  }
}
