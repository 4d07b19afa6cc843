/**
 * A text as rules see it: composed (NFC), with ordinary digits and spaces, whatever the author's keyboard made. Knows where each of its
 * units stands in the text as it was given.
 */
export interface FoldedText {
  readonly text: string;
  /** Offset in the given text at which a folded unit begins. */
  startOf(unit: number): number;
  /** Offset in the given text at which the folded unit before `unit` ends. */
  endOf(unit: number): number;
}

const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/u;
const FULL_WIDTH = /[\uff01-\uff5e]/u;
const DIGIT = /\p{Nd}/u;

/** Folds a text. Takes time in proportion to its length. */
export function fold(given: string): FoldedText {
  const starts: number[] = [];
  const ends: number[] = [];
  const pieces: string[] = [];
  for (const { 0: cluster, index } of given.matchAll(/\P{M}\p{M}*|\p{M}+/gu)) {
    const piece = foldCluster(cluster);
    const same = piece.length === cluster.length;
    for (let unit = 0; unit < piece.length; unit++) {
      starts.push(same ? index + unit : index);
      ends.push(same ? index + unit + 1 : index + cluster.length);
    }
    pieces.push(piece);
  }
  return {
    text: pieces.join(""),
    startOf: (unit) => starts[unit] ?? given.length,
    endOf: (unit) => ends[unit - 1] ?? 0,
  };
}

function foldCluster(cluster: string): string {
  if (cluster.length === 1 && cluster < "\u0080") return cluster;
  const [base = ""] = cluster;
  const rest = cluster.slice(base.length);
  return (foldCharacter(base) + rest).normalize("NFC");
}

function foldCharacter(character: string): string {
  if (SPACES.test(character)) return " ";
  if (FULL_WIDTH.test(character)) return character.normalize("NFKC");
  return DIGIT.test(character) ? digitOf(character) : character;
}

/** Digits of every script stand in rows of ten, zero first (Unicode stability policy). */
function digitOf(character: string): string {
  const compatible = character.normalize("NFKC");
  if (/^[0-9]$/.test(compatible)) return compatible;
  const code = character.codePointAt(0) ?? 0;
  let before = 0;
  while (before < 10 && DIGIT.test(String.fromCodePoint(code - before - 1))) before++;
  return String(before % 10);
}
