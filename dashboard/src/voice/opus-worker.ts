import { FRAME_MS } from "./live-packets.ts";

/** What the page hands over: where blocks of sound come from, and what they become. */
export interface EncoderOrder {
  readonly samples: MessagePort;
  readonly config: AudioEncoderConfig;
}

/** A worker's own side of its line to the page. */
const page = self as unknown as {
  onmessage: (event: MessageEvent<EncoderOrder>) => void;
  postMessage(message: { packet: ArrayBuffer } | { failed: string }, transfer?: Transferable[]): void;
};

/** Encodes blocks of 20 ms as they come, away from the page's own thread. */
page.onmessage = ({ data: { samples, config } }) => {
  const encoder = new AudioEncoder({
    output: (chunk) => {
      const packet = new ArrayBuffer(chunk.byteLength);
      chunk.copyTo(packet);
      page.postMessage({ packet }, [packet]);
    },
    error: (error) => page.postMessage({ failed: error.message }),
  });
  encoder.configure(config);
  let frames = 0;
  samples.onmessage = ({ data }: MessageEvent<Float32Array<ArrayBuffer>>) => {
    if (encoder.state !== "configured") return;
    const sound = new AudioData({
      format: "f32",
      sampleRate: config.sampleRate,
      numberOfChannels: 1,
      numberOfFrames: data.length,
      timestamp: frames++ * FRAME_MS * 1_000,
      data,
    });
    encoder.encode(sound);
    sound.close();
  };
};
