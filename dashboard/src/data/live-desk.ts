import type { CreateLive, LiveDetail } from "@loa/protocol/http/live";
import { MicrophoneError, type MicrophoneProblem, microphones } from "../sound/microphone.ts";
import { openVoice, type Voice } from "../voice/voice.ts";
import type { VoiceReading } from "../voice/voice-chain.ts";
import { api } from "./api.ts";
import { LiveTalk } from "./live-talk.ts";
import { Signal } from "./signal.ts";

/** The microphone before and while somebody speaks. `gone`: it was there and is no more. */
export type MicrophoneState =
  | { readonly kind: "asking" }
  | { readonly kind: "open"; readonly voice: Voice; readonly devices: readonly MediaDeviceInfo[] }
  | { readonly kind: "problem"; readonly problem: MicrophoneProblem | "gone" };

/** A microphone and, once it is opened, live speech from it. */
export class LiveDesk {
  readonly microphone = new Signal<MicrophoneState>({ kind: "asking" });
  readonly talk = new Signal<LiveTalk | null>(null);
  /** Called fifty times a second. */
  onReading: (reading: VoiceReading) => void = () => undefined;
  #voice: Voice | null = null;
  #closed = false;

  /** Opens a microphone, now or in the place of another. While speech is open, that one's silence goes on to the hub until then: a browser may ask first. */
  async listen(deviceId?: string): Promise<void> {
    const { value: before } = this.microphone;
    const failed = before.kind === "problem" && before.problem !== "gone";
    if (failed || !this.busy) this.#release();
    this.talk.value?.talk(false);
    this.microphone.set({ kind: "asking" });
    let voice: Voice | null = null;
    const own = () => voice !== null && voice === this.#voice;
    try {
      voice = await openVoice(
        {
          packet: (packet) => own() && this.talk.value?.packet(packet),
          reading: (reading) => own() && this.#hear(reading),
          ended: () => own() && this.#gone(),
        },
        deviceId,
      );
      if (this.#closed) return voice.close();
      this.#release();
      this.#voice = voice;
      this.talk.value?.use(voice);
      this.microphone.set({ kind: "open", voice, devices: await microphones() });
    } catch (thrown) {
      const problem = thrown instanceof MicrophoneError ? thrown.problem : "failed";
      this.microphone.set({ kind: "problem", problem });
    }
  }

  /** Opens live speech; the stations warm up. @throws ApiError */
  async open(body: CreateLive): Promise<void> {
    if (this.#voice === null) return;
    const live = await api.post<LiveDetail>("/live", body);
    if (this.#closed || this.#voice === null) {
      await api.delete(`/live/${live.id}`).catch(() => undefined);
      return;
    }
    this.talk.set(new LiveTalk(live, this.#voice));
  }

  /** Back to the choice of targets, after it ended. */
  forget(): void {
    this.talk.value?.close();
    this.talk.set(null);
  }

  /** Whether somebody would be cut off. */
  get busy(): boolean {
    const talk = this.talk.value;
    return talk !== null && talk.state.value.ended === null;
  }

  close(): void {
    this.#closed = true;
    this.forget();
    this.#release();
  }

  #release(): void {
    this.#voice?.close();
    this.#voice = null;
  }

  #hear(reading: VoiceReading): void {
    this.onReading(reading);
    this.talk.value?.reading(reading);
  }

  /** Silence goes on to the hub, so that another microphone can take over. */
  #gone(): void {
    this.talk.value?.talk(false);
    this.microphone.set({ kind: "problem", problem: "gone" });
  }
}
