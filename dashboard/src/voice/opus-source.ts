import { packetsOf20Ms } from "./opus-frames.ts";
import type { EncoderOrder } from "./opus-worker.ts";
import type { VoiceOrder } from "./voice-worklet.ts";
import { WebmReader } from "./webm-reader.ts";

/** Speech, well understood; more would only fill the link. */
const BITS_PER_SECOND = 32_000;
/** A recorder without a word to Opus about speech: enough that it never takes frames of 60 ms, which nobody can divide. */
const RECORDER_BITS_PER_SECOND = 48_000;
const RECORDED = "audio/webm;codecs=opus";
/** How often the recorder hands over what it has. */
const PART_MS = 20;

/** Where Opus packets of 20 ms come from. */
export interface OpusSource {
  readonly way: "encoder" | "recorder";
  close(): void;
}

/** What a source tells: packets in their order, or that it cannot go on. */
export interface OpusListener {
  packet(packet: Uint8Array): void;
  failed(cause: unknown): void;
}

/** `frameDuration`, `signal` and `application` are not in every browser's type yet. Source: W3C WebCodecs Opus registration. */
const encoderConfig = (sampleRate: number): AudioEncoderConfig =>
  ({
    codec: "opus",
    sampleRate,
    numberOfChannels: 1,
    bitrate: BITS_PER_SECOND,
    opus: { frameDuration: 20_000, application: "voip", signal: "voice", complexity: 8 },
  }) as AudioEncoderConfig;

/** By WebCodecs in a worker where the browser has them, else by its recorder. */
export async function openOpus(node: AudioWorkletNode, listener: OpusListener): Promise<OpusSource> {
  const { sampleRate } = node.context;
  const config = encoderConfig(sampleRate);
  const able =
    sampleRate === 48_000 &&
    typeof AudioEncoder !== "undefined" &&
    (await AudioEncoder.isConfigSupported(config).then(
      ({ supported }) => supported === true,
      () => false,
    ));
  return able ? byEncoder(node, config, listener) : byRecorder(node, listener);
}

function byEncoder(node: AudioWorkletNode, config: AudioEncoderConfig, listener: OpusListener): OpusSource {
  const worker = new Worker(new URL("./opus-worker.ts", import.meta.url), { type: "module" });
  const { port1, port2 } = new MessageChannel();
  worker.onmessage = ({ data }: MessageEvent<{ packet: ArrayBuffer } | { failed: string }>) => {
    if ("packet" in data) listener.packet(new Uint8Array(data.packet));
    else listener.failed(data.failed);
  };
  worker.onerror = (event) => listener.failed(event.message);
  worker.postMessage({ samples: port1, config } satisfies EncoderOrder, [port1]);
  node.port.postMessage({ encoder: port2 } satisfies VoiceOrder, [port2]);
  return { way: "encoder", close: () => worker.terminate() };
}

function byRecorder(node: AudioWorkletNode, listener: OpusListener): OpusSource {
  const mono = { channelCount: 1, channelCountMode: "explicit" as const };
  const destination = new MediaStreamAudioDestinationNode(node.context as AudioContext, mono);
  node.connect(destination);
  const recorder = new MediaRecorder(destination.stream, {
    mimeType: RECORDED,
    audioBitsPerSecond: RECORDER_BITS_PER_SECOND,
  });
  const reader = new WebmReader();
  let before = Promise.resolve();
  recorder.ondataavailable = ({ data }) => {
    before = before
      .then(async () => hand(reader, new Uint8Array(await data.arrayBuffer()), listener))
      .catch((cause: unknown) => listener.failed(cause));
  };
  recorder.onerror = (event) => listener.failed(event);
  recorder.start(PART_MS);
  return { way: "recorder", close: () => recorder.state !== "inactive" && recorder.stop() };
}

function hand(reader: WebmReader, part: Uint8Array, listener: OpusListener): void {
  for (const frame of reader.take(part)) {
    const packets = packetsOf20Ms(frame);
    if (packets === null) throw new Error("this browser's Opus packets cannot be divided");
    for (const packet of packets) listener.packet(packet.slice());
  }
}
