import { Aedes, type AedesOptions, type Client, type PublishPacket } from "aedes";
import { FORGETFUL } from "./forgetful.ts";

/**
 * aedes for connections, parsing and wills, without its way of messages: stations never hear each other, so what one of them publishes
 * goes to the hub alone, and what the hub publishes goes through the fan-out.
 */
export class BareAedes extends Aedes {
  /** What a station published on aedes' own way: its last will. */
  onUplink: (client: Client, packet: PublishPacket) => void = () => {};

  constructor(options: AedesOptions) {
    super({ ...options, persistence: FORGETFUL });
  }

  override publish(packet: PublishPacket, client: unknown, done?: (error?: Error) => void): void {
    if (isStation(client)) this.onUplink(client, packet);
    const end = typeof client === "function" ? (client as () => void) : done;
    end?.();
  }
}

const isStation = (client: unknown): client is Client => typeof client === "object" && client !== null;
