/** A 100 V line with equal horns in parallel. */
export interface LineOptions {
  readonly horns: number;
  /** Impedance of one horn's transformer, Ω; 667 Ω takes 15 W from 100 V. */
  readonly hornOhms: number;
}

/** What is wrong with the line; horns lost count from the commissioned number. */
export type LineFault =
  | { readonly kind: "open" }
  | { readonly kind: "short" }
  | { readonly kind: "horns-lost"; readonly horns: number };

/** What is left of a shorted line: copper and contacts, Ω. */
const SHORT_OHMS = 0.5;

/** Impedance of the line, Ω; Infinity when open. */
export function lineOhms(line: LineOptions, faults: readonly LineFault[]): number {
  if (faults.some((fault) => fault.kind === "short")) return SHORT_OHMS;
  if (faults.some((fault) => fault.kind === "open")) return Number.POSITIVE_INFINITY;
  const lost = faults.reduce((sum, fault) => sum + (fault.kind === "horns-lost" ? fault.horns : 0), 0);
  return lost >= line.horns ? Number.POSITIVE_INFINITY : line.hornOhms / (line.horns - lost);
}

/** Impedance of lines in parallel, Ω; Infinity for none. */
export function parallelOhms(ohms: readonly number[]): number {
  return 1 / ohms.reduce((sum, one) => sum + 1 / one, 0);
}
