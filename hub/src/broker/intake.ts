import type { Client } from "aedes";

/** A PUBLISH or PUBACK as the parser hands it out. */
export interface Intake {
  /** Takes a message; false: it is left to the broker, which knows how to refuse. */
  publish(client: Client, packet: InboundPublish): boolean;
  acknowledged(client: Client, id: number): void;
  /** A message was taken that wants to be acknowledged. */
  owes(client: Client, id: number): void;
}

export interface InboundPublish {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

type Packet =
  | ({ readonly cmd: "publish"; readonly messageId?: number } & InboundPublish)
  | { readonly cmd: "puback"; readonly messageId: number }
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

/**
 * Takes a connected station's messages and acknowledgements in the turn in which they arrive. aedes would look for retained messages and
 * subscribers in its store for each, over several turns of the event loop; there never are any.
 */
export function takeAtOnce(client: Client, intake: Intake): void {
  const inside = client as unknown as Inside;
  const { _parser: parser } = inside;
  const [usual] = parser.listeners("packet");
  parser.removeAllListeners("packet");
  parser.on("packet", (packet) => {
    if (inside.connackSent && take(client, intake, packet)) inside._keepaliveTimer?.refresh();
    else usual?.call(parser, packet);
  });
}

function take(client: Client, intake: Intake, packet: Packet): boolean {
  if (packet.cmd === "puback") {
    intake.acknowledged(client, packet.messageId);
    return true;
  }
  if (packet.cmd !== "publish" || client.closed || !intake.publish(client, packet)) return false;
  if (packet.qos === 1) intake.owes(client, packet.messageId ?? 0);
  return true;
}
