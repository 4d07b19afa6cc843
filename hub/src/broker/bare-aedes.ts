import { Aedes, type Client, type PublishPacket } from "aedes";

/**
 * aedes for connections, parsing and subscriptions, without its way of messages: stations never hear each other, so what one of them
 * publishes goes to the hub alone, and what the hub publishes goes through the fan-out.
 */
export class BareAedes extends Aedes {
  /** What a station published on aedes' own way: its last will, and what it sends before its CONNACK is out. */
  onUplink: (client: Client, packet: PublishPacket) => void = () => {};

  override publish(packet: PublishPacket, client: unknown, done?: (error?: Error) => void): void {
    if (isStation(client)) this.onUplink(client, packet);
    const end = typeof client === "function" ? (client as () => void) : done;
    end?.();
  }

  /** The fan-out hears of subscriptions by aedes' events. */
  override subscribe(_topic: string, _deliver: unknown, done?: () => void): void {
    done?.();
  }

  override unsubscribe(_topic: string, _deliver: unknown, done?: () => void): void {
    done?.();
  }
}

const isStation = (client: unknown): client is Client => typeof client === "object" && client !== null;
