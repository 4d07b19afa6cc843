/** One line of the bench table: all measured values of one quantity within one run. */
export interface Row {
  /** What was measured, e.g. `pairwise deviation p95 after 30 s`. */
  readonly measure: string;
  readonly unit: string;
  /** At least five values where the work allows; the table shows median, minimum and maximum. */
  readonly values: readonly number[];
  /** The bar in words, e.g. `≤ 0.1`; absent for figures that are only shown. */
  readonly bar?: string;
  /** Whether the median reaches the bar; absent where there is none. */
  readonly reached?: boolean;
  /** Why a bar is missed and the next idea, or the peer it is compared with. */
  readonly note?: string;
}

/** A benchmark that `npm run bench <name>` runs. It ends everything it starts. */
export interface Bench {
  readonly name: string;
  run(): Promise<Row[]>;
}
