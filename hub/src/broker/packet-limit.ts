import type { Logger } from "@loa/kernel/log";
import type { Client } from "aedes";

/** Largest packet a station may send: a batch of 100 receipts stays far below. */
export const MAX_PACKET_BYTES = 262_144;

interface Parser {
  parse(bytes: Buffer): number;
}

/**
 * Closes a connection that announces or sends more than one packet's worth without completing it. The parser has no limit
 * of its own and would gather up to 256 MB; `parse` answers how many bytes it still holds.
 *
 * Bytes that come while a packet is handled wait for it. The broker asks for more from within the parser's own loop, and a TLS
 * connection may have more at once: the parser, entered again, would hand out the same packet twice and lose its place.
 */
export function limitPackets(client: Client, log: Logger): void {
  const { _parser: parser } = client as unknown as { _parser: Parser };
  const parse = parser.parse.bind(parser);
  const waiting: Buffer[] = [];
  let held = 0;
  let parsing = false;
  parser.parse = (bytes) => {
    waiting.push(bytes);
    if (parsing) return held;
    parsing = true;
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) held = parse(next);
    } finally {
      parsing = false;
    }
    if (held > MAX_PACKET_BYTES) {
      log.warn({ station: client.id, held }, "a connection sent too large a packet and was closed");
      client.conn.destroy();
    }
    return held;
  };
}
