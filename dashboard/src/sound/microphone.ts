import type { Level } from "./level.ts";
import levelWorklet from "./level-worklet.ts?worker&url";

/** Why there is no microphone. `insecure`: browsers offer it only over https or on this computer itself. */
export type MicrophoneProblem = "denied" | "none" | "busy" | "insecure" | "failed";

/** Thrown by `openMicrophone`. */
export class MicrophoneError extends Error {
  readonly problem: MicrophoneProblem;

  constructor(problem: MicrophoneProblem, cause?: unknown) {
    super(`microphone: ${problem}`, { cause });
    this.name = "MicrophoneError";
    this.problem = problem;
  }
}

/** Names of DOMException that getUserMedia throws. Source: W3C Media Capture and Streams, 10.2.1. */
const PROBLEMS: Record<string, MicrophoneProblem> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** An open microphone: what it hears, and how loud. */
export interface Microphone {
  readonly stream: MediaStream;
  readonly deviceId: string;
  readonly sampleRate: number;
  /** Called about twenty times a second. */
  onLevel: (level: Level) => void;
  /** When set, called with all that is heard, mono. */
  listen(onSamples: ((samples: Float32Array) => void) | null): void;
  close(): void;
}

/** Sound of a microphone, unchanged by the browser. @throws MicrophoneError */
export async function microphoneStream(deviceId?: string): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) throw new MicrophoneError("insecure");
  const audio = {
    ...(deviceId && { deviceId: { exact: deviceId } }),
    channelCount: 1,
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
  };
  return navigator.mediaDevices.getUserMedia({ audio }).catch((cause: unknown) => {
    const name = cause instanceof Error ? cause.name : "";
    throw new MicrophoneError(PROBLEMS[name] ?? "failed", cause);
  });
}

/** Opens a microphone for a recording: the hub evens out its loudness. @throws MicrophoneError */
export async function openMicrophone(deviceId?: string): Promise<Microphone> {
  const stream = await microphoneStream(deviceId);
  try {
    return await measured(stream);
  } catch (cause) {
    for (const track of stream.getTracks()) track.stop();
    throw new MicrophoneError("failed", cause);
  }
}

async function measured(stream: MediaStream): Promise<Microphone> {
  const context = new AudioContext();
  await context.audioWorklet.addModule(levelWorklet);
  const node = new AudioWorkletNode(context, "loa-level", { numberOfOutputs: 0 });
  context.createMediaStreamSource(stream).connect(node);
  void context.resume();
  let onSamples: ((samples: Float32Array) => void) | null = null;
  const microphone: Microphone = {
    stream,
    deviceId: stream.getAudioTracks()[0]?.getSettings().deviceId ?? "",
    sampleRate: context.sampleRate,
    onLevel: () => undefined,
    listen: (listener) => {
      onSamples = listener;
      node.port.postMessage({ samples: listener !== null });
    },
    close: () => {
      for (const track of stream.getTracks()) track.stop();
      void context.close();
    },
  };
  node.port.onmessage = ({ data }: MessageEvent<{ level?: Level; samples?: Float32Array }>) => {
    if (data.level) microphone.onLevel(data.level);
    if (data.samples) onSamples?.(data.samples);
  };
  return microphone;
}

/** Microphones of this computer; their names are known once one was allowed. */
export async function microphones(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind, deviceId }) => kind === "audioinput" && deviceId !== "");
}
