/**
 * Reads a time of day as people type it: 17:05, 17h05, 17.05, 1705, 5h, 5. Answers HH:MM, or null when it is no time.
 * Native time fields show AM and PM wherever the browser is English; a relay set to 03:15 instead of 15:15 woke a commune.
 */
export function readClock(text: string): string | null {
  const match = /^(\d{1,2})(?:\s*[:.hg]\s*(\d{1,2})?|(\d{2}))?$/i.exec(text.trim());
  if (match === null) return null;
  const hours = Number(match[1]);
  const minutes = Number(match[2] ?? match[3] ?? 0);
  if (hours > 23 || minutes > 59) return null;
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}
