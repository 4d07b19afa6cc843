import type { LiveDetail, LiveEnd, LiveStation, LiveSummary, LiveToSpeaker } from "@loa/protocol/http/live";
import { type Echo, EchoGuard } from "../voice/echo-guard.ts";
import { LivePackets } from "../voice/live-packets.ts";
import type { Voice } from "../voice/voice.ts";
import type { VoiceReading } from "../voice/voice-chain.ts";
import { api } from "./api.ts";
import { toApiError } from "./api-error.ts";
import { LiveLine } from "./live-line.ts";
import { Signal } from "./signal.ts";
import { world } from "./world.ts";

/** Taken off while the speaker's own voice comes back from a horn. */
const EASE_DB = 12;
/** The hub tells once a second. */
const LATELY = 10;
/** How often the hub is asked what became of a line that does not come back. */
const ASK_EVERY_MS = 1_500;

/** Live speech as its speaker sees it. */
export interface TalkState {
  readonly live: LiveSummary;
  readonly stations: readonly LiveStation[];
  /** The hub can hear the speaker. */
  readonly joined: boolean;
  readonly talking: boolean;
  /** Talking goes on without a hand on the button. */
  readonly latched: boolean;
  /** What the hub got in the last second, dBFS rms. */
  readonly level: number | null;
  readonly soundsAfterMs: number | null;
  readonly roundTripMs: number | null;
  /** Messages that the hub never got, and those of them that this page left out. */
  readonly lost: number;
  readonly dropped: number;
  /** Of them, those of the last ten seconds. */
  readonly lately: number;
  readonly echo: Echo | null;
  readonly ended: { readonly end: LiveEnd; readonly code?: string } | null;
}

/** One live speech, from `POST /live` to its end: carries what the voice gives to the hub, and what the hub says to the page. */
export class LiveTalk {
  readonly state: Signal<TalkState>;
  readonly #line: LiveLine;
  readonly #packets = new LivePackets();
  readonly #guard = new EchoGuard();
  readonly #asking: ReturnType<typeof setInterval>;
  #lost: number[] = [];
  #voice: Voice;
  #ending = false;

  constructor(live: LiveDetail, voice: Voice) {
    this.#voice = voice;
    this.state = new Signal<TalkState>({
      live,
      stations: live.stations,
      joined: false,
      talking: false,
      latched: false,
      level: null,
      soundsAfterMs: null,
      roundTripMs: null,
      lost: 0,
      dropped: 0,
      lately: 0,
      echo: null,
      ended: null,
    });
    this.#line = new LiveLine(live.id, {
      message: (message) => this.#take(message),
      joined: (joined) => this.#join(joined),
      roundTrip: (roundTripMs) => this.#set({ roundTripMs }),
    });
    this.#asking = setInterval(() => void this.#ask(), ASK_EVERY_MS);
  }

  /** A packet of the voice. */
  packet(packet: Uint8Array): void {
    if (this.state.value.ended) return;
    const message = this.#packets.add(packet, performance.now());
    if (message !== null) this.#line.send(message);
  }

  /** A reading of the voice. */
  reading({ inDb, outDb }: VoiceReading): void {
    const { soundsAfterMs, roundTripMs, echo } = this.state.value;
    const after =
      soundsAfterMs === null ? null : soundsAfterMs + this.#voice.delayMs + (roundTripMs ?? 0) / 2;
    this.#guard.hear(inDb, outDb, after);
    if (this.#guard.echo === echo) return;
    this.#voice.order({ easeDb: this.#guard.echo === null ? 0 : EASE_DB });
    this.#set({ echo: this.#guard.echo });
  }

  /** Opens or closes the way from the microphone to the stations. */
  talk(talking: boolean, latched = false): void {
    if (this.state.value.ended) return;
    this.#voice.order({ talking });
    this.#set({ talking, latched: talking && latched });
  }

  /** Another microphone takes over, silent at first. */
  use(voice: Voice): void {
    this.#voice = voice;
    this.talk(false);
  }

  /** Ends it for everybody. @throws ApiError */
  async end(): Promise<void> {
    this.#ending = true;
    this.talk(false);
    if (this.#line.end()) return;
    await api.delete<LiveDetail>(`/live/${this.state.value.live.id}`);
    this.#over({ end: "speaker" });
  }

  /** The page is left. */
  close(): void {
    if (this.state.value.ended === null) {
      this.#line.end();
      this.#voice.order({ talking: false });
    }
    clearInterval(this.#asking);
    this.#line.close();
  }

  /** What a dead connection was told, nobody has heard. */
  #join(joined: boolean): void {
    this.#set({ joined });
    if (joined && this.#ending) this.#line.end();
  }

  #set(change: Partial<TalkState>): void {
    this.state.set({ ...this.state.value, ...change });
  }

  #take(message: Exclude<LiveToSpeaker, { kind: "pong" }>): void {
    if (message.kind === "ended") this.#over(message);
    else this.#follow(message);
  }

  #follow(message: Extract<LiveToSpeaker, { kind: "state" }>): void {
    const { live, stations, level, soundsAfterMs, lostPackets } = message;
    this.#lost = [...this.#lost, lostPackets].slice(-LATELY);
    world.live.merge([live]);
    this.#set({
      live,
      stations,
      level,
      soundsAfterMs: soundsAfterMs ?? this.state.value.soundsAfterMs,
      lost: lostPackets,
      dropped: this.#line.dropped,
      lately: lostPackets - (this.#lost[0] ?? 0),
    });
    if (live.state === "ended") this.#over({ end: live.end ?? "hub" });
  }

  #over({ end, code }: { end: LiveEnd; code?: string }): void {
    if (this.state.value.ended) return;
    this.talk(false);
    clearInterval(this.#asking);
    this.#line.close();
    this.#set({ ended: { end, ...(code !== undefined && { code }) } });
  }

  /** A line that does not come back may have been ended by somebody else. */
  async #ask(): Promise<void> {
    const { joined, ended, live } = this.state.value;
    if (joined || ended) return;
    try {
      const now = await api.get<LiveDetail>(`/live/${live.id}`);
      if (now.state === "ended") this.#over({ end: now.end ?? "lost" });
    } catch (thrown) {
      if (toApiError(thrown).code === "NOT_FOUND") this.#over({ end: "hub" });
    }
  }
}
