/** Signs that XML 1.0 cannot hold, not even escaped. Source: XML 1.0, 2.2, Char. */
const IMPOSSIBLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
};

/** Text fit for an element or an attribute; what XML cannot hold becomes U+FFFD. */
export function escaped(text: string): string {
  return text.replace(IMPOSSIBLE, "\uFFFD").replace(/[&<>"\r]/g, (sign) => ESCAPES[sign] ?? sign);
}

/** An element on a line of its own; nothing for null. */
export function leaf(name: string, value: string | number | null): string {
  return value === null ? "" : `<${name}>${escaped(String(value))}</${name}>\n`;
}

/** An element around others, given as markup. */
export function block(name: string, ...children: readonly string[]): string {
  return `<${name}>\n${children.join("")}</${name}>\n`;
}

/** What every document begins with. */
export const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
