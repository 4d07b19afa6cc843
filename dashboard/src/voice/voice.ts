import { MicrophoneError, microphoneStream } from "../sound/microphone.ts";
import { MESSAGE_MS } from "./live-packets.ts";
import { type OpusSource, openOpus } from "./opus-source.ts";
import type { VoiceReading } from "./voice-chain.ts";
import type { VoiceOrder } from "./voice-worklet.ts";
import voiceWorklet from "./voice-worklet.ts?worker&url";

/** What live speech is sampled with; where a browser refuses it, its own rate does. */
const SAMPLE_RATE = 48_000;
/** The limiter's look-ahead and the encoder's. */
const OWN_DELAY_MS = 4 + 6.5;

/** What a voice tells whoever sends it. */
export interface VoiceListener {
  /** An Opus packet of 20 ms. */
  packet(packet: Uint8Array): void;
  /** Each 20 ms. */
  reading(reading: VoiceReading): void;
  /** The microphone was unplugged or taken away, or the browser cannot encode. */
  ended(): void;
}

/** A microphone on its way to the air. */
export interface Voice {
  readonly way: OpusSource["way"];
  readonly deviceId: string;
  /** From a sound at the microphone to its message to the hub, ms, as far as the browser tells. */
  readonly delayMs: number;
  order(order: VoiceOrder): void;
  close(): void;
}

/** Opens a microphone with its chain and an encoder. @throws MicrophoneError */
export async function openVoice(listener: VoiceListener, deviceId?: string): Promise<Voice> {
  const stream = await microphoneStream(deviceId);
  try {
    return await voiceOf(stream, listener);
  } catch (cause) {
    for (const track of stream.getTracks()) track.stop();
    throw new MicrophoneError("failed", cause);
  }
}

async function voiceOf(stream: MediaStream, listener: VoiceListener): Promise<Voice> {
  const { context, source } = contextOf(stream);
  await context.audioWorklet.addModule(voiceWorklet);
  const node = new AudioWorkletNode(context, "loa-voice", { outputChannelCount: [1] });
  node.port.onmessage = ({ data }: MessageEvent<VoiceReading>) => listener.reading(data);
  const opus = await openOpus(node, { packet: listener.packet, failed: () => listener.ended() });
  // A node that leads nowhere is not run by every browser; what it gives here is turned off.
  const mute = new GainNode(context, { gain: 0 });
  source.connect(node).connect(mute).connect(context.destination);
  void context.resume();
  const [track] = stream.getAudioTracks();
  track?.addEventListener("ended", () => listener.ended());
  const settings: MediaTrackSettings & { latency?: number } = track?.getSettings() ?? {};
  return {
    way: opus.way,
    deviceId: settings.deviceId ?? "",
    delayMs: 1_000 * ((settings.latency ?? 0) + context.baseLatency) + MESSAGE_MS + OWN_DELAY_MS,
    order: (order) => node.port.postMessage(order),
    close: () => {
      opus.close();
      for (const each of stream.getTracks()) each.stop();
      void context.close();
    },
  };
}

/** Firefox joins no streams of another rate to a context of its own. */
function contextOf(stream: MediaStream): { context: AudioContext; source: MediaStreamAudioSourceNode } {
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: "interactive" });
  try {
    return { context, source: context.createMediaStreamSource(stream) };
  } catch {
    void context.close();
    const own = new AudioContext({ latencyHint: "interactive" });
    return { context: own, source: own.createMediaStreamSource(stream) };
  }
}
