import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const data = mkdtempSync(join(tmpdir(), "loa-main-"));
afterAll(() => rmSync(data, { recursive: true, force: true }));

function start(environment: Record<string, string>): ChildProcess {
  const env = {
    PATH: process.env.PATH,
    LOA_DATA: data,
    LOA_HTTP_PORT: "0",
    LOA_MQTT_PORT: "0",
    LOA_STATION_PORT: "0",
    ...environment,
  };
  return spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

test("the hub says where it listens, keeps its data to itself, and ends when told to", async () => {
  const hub = start({ LOA_DEMO: "true" });
  const [line] = (await once(hub.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  const ready = JSON.parse(line.toString().split("\n")[0] as string);
  expect(ready).toMatchObject({ event: "ready", http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
  expect(ready.demoPassword).toMatch(/^[\w-]{8,}$/);
  expect((await (await fetch(`${ready.http}/healthz`)).json()).status).toBe("ok");
  expect(statSync(data).mode & 0o077).toBe(0);
  expect(statSync(join(data, "demo-password")).mode & 0o077).toBe(0);
  hub.kill("SIGTERM");
  expect((await once(hub, "exit"))[0]).toBe(0);
});

test("a wrong configuration ends it at once with one line that says what is wrong", async () => {
  const hub = start({ LOA_TLS: "maybe" });
  const [said] = (await once(hub.stderr as NodeJS.ReadableStream, "data")) as [Buffer];
  expect(said.toString()).toMatch(/^CONFIG_INVALID: LOA_TLS: tls .* "maybe"; allowed: on \| off/);
  expect((await once(hub, "exit"))[0]).toBe(1);
});
