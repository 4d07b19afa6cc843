import { HUB_TOPIC } from "@loa/protocol/topics";
import type { Client } from "aedes";
import { PublishFrame } from "./publish-frame.ts";
import { Receiver } from "./receiver.ts";

/** A round to more receivers than this waits for the rounds before it; one to fewer overtakes them where it may. */
const SMALL_ROUND = 64;
/** After so long in a round, others get their turn. */
const SLICE_MS = 20;
/** So many receivers are written to between two looks at the time, or before a station's message is handled. */
const STEP = 32;
/** Live sound that waited for its turn for longer is left out, for all alike: a hub that cannot keep up must not fall ever further behind. */
const STALE_MS = 200;

/** A message on its way, with those that have not got it yet. */
interface Round {
  readonly frame: PublishFrame;
  readonly waiting: Map<Receiver, 0 | 1>;
  readonly publishedAt: number;
  /** It was written to everybody, or left out. */
  readonly over: () => void;
  begun: boolean;
}

const AT_ONCE = Promise.resolve();

/**
 * From the hub to its stations: each message is encoded once and the same bytes are written to every subscribed socket. A receiver gets
 * messages in the order in which they were published, whatever their QoS; only live sound lets everything else go before it.
 */
export class Fanout {
  readonly #subscribers = new Map<string, Map<Receiver, 0 | 1>>();
  readonly #receivers = new Map<Client, { readonly receiver: Receiver; readonly filters: Set<string> }>();
  readonly #rounds: Round[] = [];
  readonly #now: () => number;
  #nextId = 0;

  /** `now`: any clock that does not go back, ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** `qos` beyond 1 counts as 1. A filter that was subscribed before gets the new QoS. */
  subscribe(client: Client, filter: string, qos: number): void {
    if (client.closed) return;
    const known = this.#receivers.get(client) ?? {
      receiver: new Receiver(client, this.#now),
      filters: new Set(),
    };
    this.#receivers.set(client, known);
    known.filters.add(filter);
    const subscribers = this.#subscribers.get(filter) ?? new Map<Receiver, 0 | 1>();
    this.#subscribers.set(filter, subscribers.set(known.receiver, qos > 0 ? 1 : 0));
  }

  unsubscribe(client: Client, filter: string): void {
    const known = this.#receivers.get(client);
    const subscribers = this.#subscribers.get(filter);
    if (!known || !subscribers) return;
    known.filters.delete(filter);
    subscribers.delete(known.receiver);
    if (subscribers.size === 0) this.#subscribers.delete(filter);
  }

  /** A connection ended. */
  drop(client: Client): void {
    const known = this.#receivers.get(client);
    if (!known) return;
    for (const filter of known.filters) this.unsubscribe(client, filter);
    for (const { waiting } of this.#rounds) waiting.delete(known.receiver);
    this.#receivers.delete(client);
    known.receiver.close();
  }

  acknowledged(client: Client, id: number): void {
    this.#receivers.get(client)?.receiver.acknowledged(id);
  }

  /**
   * Writes to everybody who is subscribed: at once to the first, and to many in slices. Resolves when the last was written to. `about`: what it
   * says; passed over where the same is still on its way.
   */
  publish(topic: string, payload: string | Uint8Array, qos: 0 | 1, about?: string): Promise<void> {
    const subscribers = this.#subscribers.get(filterOf(topic));
    if (!subscribers) return AT_ONCE;
    this.#nextId = (this.#nextId % 65_535) + 1;
    const frame = new PublishFrame(topic, payload, qos, this.#nextId, about);
    if (subscribers.size > SMALL_ROUND) return this.#queue(frame, subscribers);
    this.#sendNow(frame, subscribers);
    return AT_ONCE;
  }

  #queue(frame: PublishFrame, subscribers: ReadonlyMap<Receiver, 0 | 1>): Promise<void> {
    const first = this.#rounds.length === 0;
    const live = frame.perishable ? -1 : this.#rounds.findIndex((round) => round.frame.perishable);
    return new Promise((over) => {
      const round: Round = {
        frame,
        waiting: new Map(subscribers),
        publishedAt: this.#now(),
        over,
        begun: false,
      };
      this.#rounds.splice(live < 0 ? this.#rounds.length : live, 0, round);
      if (first) this.#goOn();
    });
  }

  /** Ahead of rounds that are under way; who is still waiting for one of those gets that first. */
  #sendNow(frame: PublishFrame, subscribers: ReadonlyMap<Receiver, 0 | 1>): void {
    for (const [receiver, granted] of subscribers) {
      for (const round of this.#rounds) {
        const owed = round.waiting.get(receiver);
        if (owed === undefined) continue;
        round.waiting.delete(receiver);
        receiver.send(round.frame, owed);
      }
      receiver.send(frame, granted);
    }
  }

  #goOn(): void {
    const until = this.#now() + SLICE_MS;
    do this.advance();
    while (this.#rounds.length > 0 && this.#now() < until);
    if (this.#rounds.length > 0) setImmediate(() => this.#goOn());
  }

  /**
   * A step of what is under way. To be called before each message of a station is handled: the first acknowledgements come while others
   * still wait for the alert, and must not hold it up.
   */
  advance(): void {
    const [round] = this.#rounds;
    if (!round) return;
    if (this.#isStale(round)) round.waiting.clear();
    round.begun = true;
    let left = STEP;
    for (const [receiver, granted] of round.waiting) {
      if (left-- === 0) return;
      round.waiting.delete(receiver);
      receiver.send(round.frame, granted);
    }
    this.#rounds.shift();
    round.over();
  }

  #isStale({ frame, begun, publishedAt }: Round): boolean {
    return frame.perishable && !begun && this.#now() - publishedAt > STALE_MS;
  }
}

/** The one filter of protocol/topics.ts under which a topic is subscribed. */
function filterOf(topic: string): string {
  return topic === HUB_TOPIC ? topic : `${topic.slice(0, topic.lastIndexOf("/"))}/#`;
}
