/** Where a card's stream stands at one moment. */
export interface OutputReading {
  /** Local time of the reading on the scale of the clock that the output was given, ms. */
  readonly atMs: number;
  /** Frames written to the stream that had not sounded at that time. */
  readonly delayFrames: number;
  /** Frames that may be written now. */
  readonly room: number;
  /** Number of the stream: it changes when the card ran dry, was reopened or lost its place for any reason. */
  readonly stream: number;
  /** How long the readings of a new stream creep before they can be trusted, ms; 0 if they never do. */
  readonly creepMs: number;
  /** Times the card ran dry since the beginning. */
  readonly underruns: number;
}

/** A sound card that takes mono s16 frames at 48 kHz. It opens, recovers and reopens by itself; nothing here waits. */
export interface Output {
  open(): void;
  close(): void;
  /** Drops what is written and begins a new stream. */
  restart(): void;
  /** The present reading; null while there is no card. */
  poll(): OutputReading | null;
  /** Hands frames to the card; returns how many it took. */
  write(samples: Int16Array, frames: number): number;
  /**
   * Takes back up to `frames` of the newest frames that were written and have not sounded; returns how many. The caller leaves
   * enough of them for the card to go on until new ones are written. A card that cannot do it returns 0.
   */
  takeBack(frames: number): number;
}

/** Local time, ms since a base of the process's choosing; monotonic. */
export type LocalNow = () => number;
