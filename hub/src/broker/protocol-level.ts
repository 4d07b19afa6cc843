import type { Socket } from "node:net";
import type { Client } from "aedes";

/** CONNACK: unacceptable protocol version. */
const UNACCEPTABLE = Buffer.from([0x20, 2, 0, 1]);

/** Answers a CONNECT of a protocol level that the parser does not know; it then closes the connection. Source: MQTT-3.1.2-2 */
export function answerUnknownProtocol(client: Client): void {
  const { _parser: parser } = client as unknown as {
    _parser: { prependListener(event: "error", listener: (error: Error) => void): void };
  };
  parser.prependListener("error", ({ message }) => {
    if (/protocol ?version/i.test(message) && !client.connecting && !client.connected)
      (client.conn as Socket).write(UNACCEPTABLE);
  });
}
