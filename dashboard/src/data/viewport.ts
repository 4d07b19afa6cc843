import { Signal } from "./signal.ts";

const query = matchMedia("(max-width: 899px)");

/** Whether the page is shown on a phone, where the bottom bar is. */
export const narrow = new Signal(query.matches);
query.addEventListener("change", () => narrow.set(query.matches));
