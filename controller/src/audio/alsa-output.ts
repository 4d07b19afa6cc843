import koffi from "koffi";
import { SAMPLE_RATE } from "./frames.ts";
import type { LocalNow, Output, OutputReading } from "./output.ts";

// Numbers of <alsa/pcm.h> and <errno.h>.
const STREAM_PLAYBACK = 0;
const MODE_NONBLOCK = 1;
const FORMAT_S16_LE = 2;
const ACCESS_RW_INTERLEAVED = 3;
const STATE_PREPARED = 2;
const STATE_RUNNING = 3;
const EAGAIN = -11;

/** ALSA's type for what is no card but a plug-in to a sound server (pulse, pipewire, jack): its delays are estimates. */
const SOUND_SERVER = "IOPLUG";
const SERVER_CREEP_MS = 16_000;

const REOPEN_MS = 1_000;
/** A card that holds frames and consumes none for this long is opened anew. */
const STUCK_MS = 5_000;

/** What the output is made of. */
export interface AlsaOutputOptions {
  /** Any name ALSA knows: `default`, `hw:0`, `plughw:…`, a plug-in of asound.conf. */
  readonly device: string;
  /** Sound kept written ahead by the player; the card is asked for twice as much, as room for its periods. */
  readonly bufferMs: number;
  readonly now: LocalNow;
  readonly onProblem: (message: string) => void;
}

type Pcm = unknown;
type SwParams = unknown;

/**
 * A card through libasound, called in this process without blocking: measured on a bus of four cards this holds stations
 * together to 0.1 ms where a piped `aplay` drifts by 7 ms. koffi rather than node:ffi, which is experimental and saved
 * 2 MB. After an underrun
 * or a suspend the stream begins anew; after any other error the card is opened again every second.
 */
export class AlsaOutput implements Output {
  readonly #options: AlsaOutputOptions;
  readonly #alsa = bind();
  readonly #delay = new BigInt64Array(1);
  #pcm: Pcm | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #stream = 0;
  #underruns = 0;
  #started = false;
  #bufferFrames = 0;
  #creepMs = 0;
  #written = 0;
  #consumed = { frames: 0, atMs: 0 };

  constructor(options: AlsaOutputOptions) {
    this.#options = options;
  }

  open(): void {
    const handle: [Pcm] = [null];
    const { device } = this.#options;
    const opened = this.#alsa.open(handle, device, STREAM_PLAYBACK, MODE_NONBLOCK);
    this.#pcm = opened < 0 ? null : handle[0];
    const set = this.#pcm ? this.#setParams() : opened;
    if (set < 0) this.#retryLater(`cannot open ${device} for mono s16 at 48 kHz`, set);
    this.#stream++;
    this.#started = false;
    const type = this.#pcm ? this.#alsa.typeName(this.#alsa.type(this.#pcm)) : null;
    this.#creepMs = type === SOUND_SERVER ? SERVER_CREEP_MS : 0;
    this.#bufferFrames = this.#pcm ? this.#alsa.availUpdate(this.#pcm) : 0;
  }

  close(): void {
    clearTimeout(this.#retry);
    if (this.#pcm) {
      this.#alsa.drop(this.#pcm);
      this.#alsa.close(this.#pcm);
    }
    this.#pcm = null;
  }

  restart(): void {
    if (!this.#pcm) return;
    this.#alsa.drop(this.#pcm);
    const prepared = this.#alsa.prepare(this.#pcm);
    if (prepared < 0) this.#retryLater(`${this.#options.device} failed`, prepared);
    this.#stream++;
    this.#started = false;
  }

  poll(): OutputReading | null {
    if (!this.#pcm) return null;
    const room = this.#alsa.availUpdate(this.#pcm);
    if (room < 0) return this.#broken(room);
    const got = this.#started ? this.#alsa.delay(this.#pcm, this.#delay) : 0;
    if (got < 0) return this.#broken(got);
    const delayFrames = this.#started ? Number(this.#delay[0]) : 0;
    if (this.#started && this.#isStuck(this.#written - delayFrames)) return null;
    // A sound server that is still starting takes frames and says that none of them wait: it does not know yet.
    if (this.#started && delayFrames <= 0 && room < this.#bufferFrames) return null;
    return {
      atMs: this.#options.now(),
      delayFrames,
      room,
      stream: this.#stream,
      creepMs: this.#creepMs,
      underruns: this.#underruns,
    };
  }

  write(samples: Int16Array, frames: number): number {
    if (!this.#pcm) return 0;
    let taken = this.#alsa.writei(this.#pcm, samples, frames);
    if (taken < 0 && taken !== EAGAIN && this.#recover(taken))
      taken = this.#alsa.writei(this.#pcm, samples, frames);
    if (taken <= 0) return 0;
    this.#written += taken;
    if (!this.#started) this.#begin();
    return taken;
  }

  /** Hardware takes back what it has not played; a sound server has the frames already, and relays have to silence them. */
  takeBack(frames: number): number {
    if (!this.#pcm || !this.#started || this.#creepMs > 0) return 0;
    const most = Math.min(frames, this.#alsa.rewindable(this.#pcm));
    const taken = most > 0 ? this.#alsa.rewind(this.#pcm, most) : 0;
    if (taken <= 0) return 0;
    this.#written -= taken;
    return taken;
  }

  #setParams(): number {
    const latencyUs = 2_000 * this.#options.bufferMs;
    const set = this.#alsa.setParams(
      this.#pcm,
      FORMAT_S16_LE,
      ACCESS_RW_INTERLEAVED,
      1,
      SAMPLE_RATE,
      1,
      latencyUs,
    );
    return set < 0 ? set : this.#startAtFirstFrame();
  }

  /** Otherwise PulseAudio, having run dry, waits in silence for a whole buffer, which is never written. */
  #startAtFirstFrame(): number {
    const handle: [SwParams] = [null];
    const made = this.#alsa.swParamsMalloc(handle);
    if (made < 0) return made;
    const current = this.#alsa.swParamsCurrent(this.#pcm, handle[0]);
    const changed = current < 0 ? current : this.#alsa.swParamsSetStart(this.#pcm, handle[0], 1);
    const applied = changed < 0 ? changed : this.#alsa.swParams(this.#pcm, handle[0]);
    this.#alsa.swParamsFree(handle[0]);
    return applied;
  }

  #begin(): void {
    if (this.#alsa.state(this.#pcm) === STATE_PREPARED) this.#alsa.start(this.#pcm);
    this.#started = this.#alsa.state(this.#pcm) === STATE_RUNNING;
    // The reading before the start was a guess: what comes now is another stream to the playhead.
    this.#stream++;
    this.#consumed = { frames: Number.NEGATIVE_INFINITY, atMs: this.#options.now() };
  }

  #isStuck(consumed: number): boolean {
    const atMs = this.#options.now();
    if (consumed > this.#consumed.frames) this.#consumed = { frames: consumed, atMs };
    if (atMs - this.#consumed.atMs < STUCK_MS) return false;
    this.#retryLater(`${this.#options.device} does not consume`, 0);
    return true;
  }

  /** After a recovery the stream is read at the next turn. */
  #broken(error: number): null {
    this.#recover(error);
    return null;
  }

  /** Prepares the stream again after an underrun or a suspend; otherwise gives the card up until it reopens. */
  #recover(error: number): boolean {
    if (this.#pcm && this.#alsa.recover(this.#pcm, error, 1) === 0) {
      this.#stream++;
      this.#underruns++;
      this.#started = false;
      return true;
    }
    this.#retryLater(`${this.#options.device} failed`, error);
    return false;
  }

  #retryLater(what: string, error: number): void {
    this.#options.onProblem(`${what}: ${this.#alsa.strerror(error)}`);
    this.close();
    this.#retry = setTimeout(() => this.open(), REOPEN_MS);
  }
}

interface Alsa {
  open(handle: [Pcm], name: string, stream: number, mode: number): number;
  setParams(
    pcm: Pcm,
    format: number,
    access: number,
    channels: number,
    rate: number,
    softResample: number,
    latencyUs: number,
  ): number;
  swParamsMalloc(handle: [SwParams]): number;
  swParamsCurrent(pcm: Pcm, params: SwParams): number;
  swParamsSetStart(pcm: Pcm, params: SwParams, frames: number): number;
  swParams(pcm: Pcm, params: SwParams): number;
  swParamsFree(params: SwParams): void;
  writei(pcm: Pcm, samples: Int16Array, frames: number): number;
  availUpdate(pcm: Pcm): number;
  delay(pcm: Pcm, frames: BigInt64Array): number;
  state(pcm: Pcm): number;
  start(pcm: Pcm): number;
  prepare(pcm: Pcm): number;
  recover(pcm: Pcm, error: number, silent: number): number;
  rewindable(pcm: Pcm): number;
  rewind(pcm: Pcm, frames: number): number;
  drop(pcm: Pcm): number;
  type(pcm: Pcm): number;
  typeName(type: number): string;
  close(pcm: Pcm): number;
  strerror(error: number): string;
}

/** Binds the functions in use. snd_pcm_sframes_t is a C long: 64 bits on both supported machines. */
function bind(): Alsa {
  const library = koffi.load("libasound.so.2");
  return {
    open: library.func("int snd_pcm_open(_Out_ void **pcm, const char *name, int stream, int mode)"),
    setParams: library.func(
      "int snd_pcm_set_params(void *pcm, int format, int access, uint channels, uint rate, int soft, uint latency)",
    ),
    swParamsMalloc: library.func("int snd_pcm_sw_params_malloc(_Out_ void **params)"),
    swParamsCurrent: library.func("int snd_pcm_sw_params_current(void *pcm, void *params)"),
    swParamsSetStart: library.func(
      "int snd_pcm_sw_params_set_start_threshold(void *pcm, void *params, uint64_t frames)",
    ),
    swParams: library.func("int snd_pcm_sw_params(void *pcm, void *params)"),
    swParamsFree: library.func("void snd_pcm_sw_params_free(void *params)"),
    writei: library.func("int64_t snd_pcm_writei(void *pcm, const void *samples, uint64_t frames)"),
    availUpdate: library.func("int64_t snd_pcm_avail_update(void *pcm)"),
    delay: library.func("int snd_pcm_delay(void *pcm, void *frames)"),
    state: library.func("int snd_pcm_state(void *pcm)"),
    prepare: library.func("int snd_pcm_prepare(void *pcm)"),
    start: library.func("int snd_pcm_start(void *pcm)"),
    recover: library.func("int snd_pcm_recover(void *pcm, int error, int silent)"),
    type: library.func("int snd_pcm_type(void *pcm)"),
    typeName: library.func("const char *snd_pcm_type_name(int type)"),
    rewindable: library.func("int64_t snd_pcm_rewindable(void *pcm)"),
    rewind: library.func("int64_t snd_pcm_rewind(void *pcm, uint64_t frames)"),
    drop: library.func("int snd_pcm_drop(void *pcm)"),
    close: library.func("int snd_pcm_close(void *pcm)"),
    strerror: library.func("const char *snd_strerror(int error)"),
  };
}
