import { Signal } from "./signal.ts";

/** A newer dashboard that waits to take over; null while this one is the newest. */
export const newer = new Signal<ServiceWorker | null>(null);

const CHECK_EVERY_MS = 3_600_000;

/** Keeps the page's files on this device, so that it opens without the hub. Only a built page has the worker. */
export async function keepShell(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register("/sw.js").catch(() => null);
  if (!registration) return;
  const look = () => {
    if (registration.waiting && navigator.serviceWorker.controller) newer.set(registration.waiting);
  };
  registration.addEventListener("updatefound", () =>
    registration.installing?.addEventListener("statechange", look),
  );
  look();
  setInterval(() => void registration.update().catch(() => undefined), CHECK_EVERY_MS);
}

/** Lets the newer dashboard take over and opens the page anew. */
export function takeNewer(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  newer.value?.postMessage("take over");
}
