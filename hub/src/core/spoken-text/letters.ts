/** How letters are called when they are spelt. As announcers name them: `VTV` is `vê tê vê`. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ A: "a", Ă: "á", Â: "ớ", B: "bê", C: "xê", D: "dê", Đ: "đê", E: "e", Ê: "ê", F: "ép", G: "giê" },
  ...{ H: "hát", I: "i", J: "gi", K: "ca", L: "lờ", M: "mờ", N: "nờ", O: "o", Ô: "ô", Ơ: "ơ", P: "pê" },
  ...{
    Q: "quy",
    R: "rờ",
    S: "ét",
    T: "tê",
    U: "u",
    Ư: "ư",
    V: "vê",
    W: "vê kép",
    X: "ích",
    Y: "y",
    Z: "dét",
  },
};

/** Letters by their names: `VTV` is `vê tê vê`. Other characters stay. */
export function spell(letters: string): string {
  return [...letters].map((letter) => NAMES[letter.toUpperCase()] ?? letter).join(" ");
}
