import { sayError } from "./toast.ts";

let sounding: HTMLAudioElement | null = null;

/** Stops what `playOnce` plays. */
export function stopPlaying(): void {
  sounding?.pause();
  sounding = null;
}

/** Fetches a sound and plays it; one at a time. Resolves when it began; `onEnd` when it is over. */
export async function playOnce(
  fetchSound: () => Promise<Blob>,
  onEnd: () => void = () => undefined,
): Promise<HTMLAudioElement | null> {
  stopPlaying();
  try {
    const url = URL.createObjectURL(await fetchSound());
    const audio = new Audio(url);
    sounding = audio;
    const over = () => {
      URL.revokeObjectURL(url);
      onEnd();
    };
    audio.addEventListener("ended", over, { once: true });
    audio.addEventListener("pause", over, { once: true });
    await audio.play();
    return audio;
  } catch (thrown) {
    sayError(thrown);
    onEnd();
    return null;
  }
}
