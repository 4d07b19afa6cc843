import type { Socket } from "node:net";
import type { Client } from "aedes";
import { remainingLength, twoBytes } from "./publish-frame.ts";

/** What a connected station sends, as the parser hands it out. */
export interface Intake {
  /** Takes a message; false: it is left to the broker, which knows how to refuse. */
  publish(client: Client, packet: InboundPublish): boolean;
  acknowledged(client: Client, id: number): void;
  /** A message was taken that wants to be acknowledged. */
  owes(client: Client, id: number): void;
  /** Whether it may have what it asks for, which it then gets from now on. */
  subscribe(client: Client, filter: string, qos: number): boolean;
  unsubscribe(client: Client, filter: string): void;
  /** Counts something else that it asks for; false: it asks for too much. */
  affords(client: Client): boolean;
}

export interface InboundPublish {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

type Request =
  | {
      readonly cmd: "subscribe";
      readonly messageId: number;
      readonly subscriptions: readonly { readonly topic: string; readonly qos: 0 | 1 | 2 }[];
    }
  | { readonly cmd: "unsubscribe"; readonly messageId: number; readonly unsubscriptions: readonly string[] }
  | { readonly cmd: "pingreq" };

type Packet =
  | ({ readonly cmd: "publish"; readonly messageId?: number } & InboundPublish)
  | { readonly cmd: "puback"; readonly messageId: number }
  | Request
  | { readonly cmd: "other" };

/** What aedes has inside a client and its types do not show. */
interface Inside {
  readonly connackSent: boolean;
  readonly _keepaliveTimer: NodeJS.Timeout | null;
  readonly _parser: {
    listeners(event: "packet"): ((packet: Packet) => void)[];
    removeAllListeners(event: "packet"): void;
    on(event: "packet", listener: (packet: Packet) => void): void;
  };
}

const PINGRESP = Buffer.from([0xd0, 0]);
/** So many packets wait for the CONNACK. */
const MOST_EARLY = 64;
/** In a SUBACK: not granted. */
const REFUSED = 0x80;

/**
 * Takes what a connected station sends in the turn in which it arrives. aedes would look for retained messages and subscribers in its store
 * for each packet, over several turns of the event loop; there never are any.
 */
export function takeAtOnce(client: Client, intake: Intake): void {
  const inside = client as unknown as Inside;
  const { _parser: parser } = inside;
  const [usual] = parser.listeners("packet");
  const early: Packet[] = [];
  const handle = (packet: Packet) => {
    if (inside.connackSent && !client.closed && take(client, intake, packet))
      inside._keepaliveTimer?.refresh();
    else usual?.call(parser, packet);
  };
  client.once("connected", () => {
    if (client.closed) return;
    for (const packet of early.splice(0)) handle(packet);
  });
  parser.removeAllListeners("packet");
  parser.on("packet", (packet) => {
    const answered = inside.connackSent && early.length === 0;
    if (answered || !client.connecting) handle(packet);
    else if (early.push(packet) > MOST_EARLY) client.conn.destroy();
  });
}

function take(client: Client, intake: Intake, packet: Packet): boolean {
  switch (packet.cmd) {
    case "puback":
      intake.acknowledged(client, packet.messageId);
      return true;
    case "publish":
      if (!intake.publish(client, packet)) return false;
      if (packet.qos === 1) intake.owes(client, packet.messageId ?? 0);
      return true;
    case "subscribe":
    case "unsubscribe":
    case "pingreq":
      if (intake.affords(client)) grant(client, intake, packet);
      else client.conn.destroy();
      return true;
    default:
      return false;
  }
}

/** Each is answered, also to one that reads nothing: hence the limit. */
function grant(client: Client, intake: Intake, request: Request): void {
  if (request.cmd === "pingreq") (client.conn as Socket).write(PINGRESP);
  else if (request.cmd === "subscribe")
    answer(client, 0x90, request.messageId, granted(client, intake, request.subscriptions));
  else {
    for (const filter of request.unsubscriptions) intake.unsubscribe(client, filter);
    answer(client, 0xb0, request.messageId, []);
  }
}

/** Return codes, one for each. The hub publishes with QoS 1 at most. Source: MQTT 3.1.1, section 3.9.3 */
function granted(
  client: Client,
  intake: Intake,
  subscriptions: readonly { readonly topic: string; readonly qos: number }[],
): number[] {
  return subscriptions.map(({ topic, qos }) => (intake.subscribe(client, topic, qos) ? qos : REFUSED));
}

/** SUBACK or UNSUBACK. Source: MQTT 3.1.1, sections 3.9 and 3.11 */
function answer(client: Client, type: number, id: number, codes: readonly number[]): void {
  const head = Buffer.from([type, ...remainingLength(2 + codes.length)]);
  (client.conn as Socket).write(Buffer.concat([head, twoBytes(id), Buffer.from(codes)]));
}
