/** Lower case without accents, for search: "Bản tin Đông" is found by "ban tin dong". */
export const folded = (text: string): string =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase().trim();
