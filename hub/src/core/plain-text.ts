/** Text as a search compares it: lower case, no accents, `đ` as `d`. */
export function plainText(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll(/[đĐ]/g, "d").toLowerCase();
}
