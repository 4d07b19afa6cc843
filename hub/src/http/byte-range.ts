/**
 * Reads a `Range` header of one range over `size` bytes (RFC 9110, 14.2): first and last byte, both included. Null: send all, also
 * for forms that are not understood, as the RFC allows.
 */
export function byteRange(
  header: string | undefined,
  size: number,
): [start: number, end: number] | null | "unsatisfiable" {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return null;
  const [first, last] = [match[1], match[2]].map((text) => (text === "" ? null : Number(text)));
  if (first === null || first === undefined) {
    const tail = Math.min(last!, size);
    return tail === 0 ? "unsatisfiable" : [size - tail, size - 1];
  }
  const end = Math.min(last ?? size - 1, size - 1);
  if (first >= size) return "unsatisfiable";
  return first > end ? null : [first, end];
}
