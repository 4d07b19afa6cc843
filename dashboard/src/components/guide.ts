/** How long a page may take until what is looked for is there. */
const WAIT_MS = 6_000;
const SHOWN_MS = 12_000;

/** What a step of the first run points at. Pages may say so themselves by `data-guide`. */
const PLACES: Readonly<Record<string, string>> = {
  play: "loa-wave-player .button.round",
  new: '[data-testid="new-announcement"], [data-testid="upload"]',
  submit: '[data-testid="submit"]',
  approve: '[data-testid="approve"]',
  schedule: '[data-testid="new-schedule"]',
  station: '[data-testid="station-tile"]',
  area: '[data-testid="create-area"]',
  register: '[data-testid="create-station"]',
  user: '[data-testid="create-user"]',
};

/** The first element that fits and can be seen, once it is there; null when it does not come. */
export function whenThere(selector: string): Promise<HTMLElement | null> {
  const find = () =>
    [...document.querySelectorAll<HTMLElement>(selector)].find((one) => one.getClientRects().length > 0);
  return new Promise((resolve) => {
    const now = find();
    if (now) return resolve(now);
    const finish = (found: HTMLElement | null) => {
      watch.disconnect();
      clearTimeout(timer);
      resolve(found);
    };
    const watch = new MutationObserver(() => {
      const found = find();
      if (found) finish(found);
    });
    const timer = setTimeout(() => finish(null), WAIT_MS);
    watch.observe(document.body, { childList: true, subtree: true, attributes: true });
  });
}

/** Brings what a step is about into view, marks it, and puts the keyboard there. */
export async function pointAt(name: string): Promise<void> {
  const selector = [`[data-guide~="${CSS.escape(name)}"]`, PLACES[name]].filter(Boolean).join(", ");
  const target = await whenThere(selector);
  if (!target) return;
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
  target.classList.add("guided");
  const end = () => target.classList.remove("guided");
  setTimeout(end, SHOWN_MS);
  addEventListener("pointerdown", end, { once: true });
}
