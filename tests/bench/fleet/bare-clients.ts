import { LightConnection } from "@loa/firmware-sim/fleet/light-connection";
import { backoffMs } from "@loa/kernel/retry";

/**
 * A process of bare MQTT clients, `port first count`: each subscribes as a station does, publishes 600 bytes with QoS 1, and comes back as a
 * station does. Tells its parent four times a second how many have had their message taken.
 */
const [port, first, count] = process.argv.slice(2).map(Number) as [number, number, number];
const BIRTH = JSON.stringify({ filling: "x".repeat(585) });
const REPORT_MS = 250;
const back = new Set<number>();

for (let n = first; n < first + count; n++) connect(n, 0);
setInterval(() => process.send?.(back.size), REPORT_MS);
process.on("disconnect", () => process.exit(0));

function connect(n: number, attempt: number): void {
  const station = `bare-${n}`;
  const area = Math.floor(n / 13);
  const topics = [`loa/1/to/${station}/#`, `loa/1/area/xa-${area}/#`, "loa/1/area/tinh/#", "loa/1/hub"];
  let tries = attempt;
  const connection = new LightConnection(
    {
      ...{ host: "127.0.0.1", port, station, tls: null, password: null, subscriptions: topics },
      will: { topic: `loa/1/up/${station}/death`, payload: BIRTH },
    },
    {
      online: () => {
        tries = 0;
        connection.publish(`loa/1/up/${station}/birth`, BIRTH, 1);
      },
      taken: () => back.add(n),
      message: () => {},
      lost: () => {
        back.delete(n);
        setTimeout(() => connect(n, tries + 1), backoffMs(tries, Math.random()));
      },
    },
    () => performance.now(),
  );
}
