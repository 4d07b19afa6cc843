/** Says yes to exactly the given share of questions, evenly: 0.1 is every tenth. */
export class Sampler {
  readonly #share: number;
  #due = 0;

  constructor(share: number) {
    this.#share = share;
  }

  next(): boolean {
    this.#due += this.#share;
    if (this.#due < 1 - 1e-9) return false;
    this.#due -= 1;
    return true;
  }
}
