const DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"] as const;
const THOUSANDS = ["", " nghìn", " triệu"] as const;
/** Longer runs of digits are no quantity: they are said one by one. */
const LONGEST_QUANTITY = 15;

/** Digits one by one, e.g. `không chín một`. */
export function sayDigits(digits: string): string {
  return [...digits].map((digit) => DIGITS[Number(digit)]).join(" ");
}

/** Digits one by one, with a short pause between groups. */
export function sayGroups(groups: readonly string[]): string {
  return groups.map(sayDigits).join(", ");
}

/** A whole number. `05` is said as five, as offices write it; other leading zeros are digits. */
export function sayInteger(digits: string): string {
  if (/^0\d$/.test(digits) && digits !== "00") return sayInteger(digits.slice(1));
  if (digits.length > LONGEST_QUANTITY || /^0\d/.test(digits)) return sayDigits(digits);
  return Number(digits) === 0 ? "không" : sayBillions(digits);
}

/** A number with `.` between thousands and `,` before decimals, both optional. */
export function sayNumber(written: string): string {
  const [whole = "", decimals] = written.replaceAll(".", "").split(",");
  if (decimals === undefined) return sayInteger(whole);
  return `${sayInteger(whole)} phẩy ${sayDecimals(decimals)}`;
}

/** One or two decimals are said as a number, more of them one by one. */
function sayDecimals(decimals: string): string {
  return decimals.length > 2 || decimals.startsWith("0") ? sayDigits(decimals) : sayInteger(decimals);
}

function sayBillions(digits: string): string {
  const low = digits.slice(-9);
  const high = digits.slice(0, -9);
  if (high === "") return sayBelowBillion(low, false);
  const rest = Number(low) === 0 ? "" : ` ${sayBelowBillion(low, true)}`;
  return `${sayBillions(high)} tỷ${rest}`;
}

/** `follows`: something was said before, so that an empty hundreds' place is said too. */
function sayBelowBillion(digits: string, follows: boolean): string {
  const padded = digits.padStart(9, "0");
  const said: string[] = [];
  for (const [place, start] of [0, 3, 6].entries()) {
    const group = padded.slice(start, start + 3);
    if (group === "000") continue;
    said.push(`${sayGroup(group, follows || said.length > 0)}${THOUSANDS[2 - place]}`);
  }
  return said.join(" ");
}

function sayGroup(group: string, full: boolean): string {
  const [hundreds = 0, tens = 0, ones = 0] = [...group].map(Number);
  const said: string[] = [];
  if (full || hundreds > 0) said.push(`${DIGITS[hundreds]} trăm`);
  if (tens > 0) said.push(tens === 1 ? "mười" : `${DIGITS[tens]} mươi`);
  else if (ones > 0 && said.length > 0) said.push("linh");
  if (ones > 0) said.push(sayOnes(ones, tens));
  return said.join(" ");
}

function sayOnes(ones: number, tens: number): string {
  if (ones === 5 && tens > 0) return "lăm";
  if (ones === 1 && tens > 1) return "mốt";
  if (ones === 4 && tens > 1) return "tư";
  return DIGITS[ones] ?? "";
}

/** Rank after `thứ`: `nhất`, `hai`, `ba`, `tư` … */
export function sayOrdinal(value: number): string {
  if (value === 1) return "nhất";
  return value === 4 ? "tư" : sayInteger(String(value));
}

/** `tháng`: April is `tư`. */
export function sayMonth(month: number): string {
  return month === 4 ? "tư" : sayInteger(String(month));
}

const ROMAN = /^X{0,3}(?:IX|IV|V?I{0,3})$/;
const VALUES: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10 };

/** Value of a Roman number up to 39; null when it is none. */
export function romanValue(letters: string): number | null {
  if (letters === "" || !ROMAN.test(letters)) return null;
  const values = [...letters].map((letter) => VALUES[letter] ?? 0);
  return values.reduce((sum, value, at) => sum + (value < (values[at + 1] ?? 0) ? -value : value), 0);
}
