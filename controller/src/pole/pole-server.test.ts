import { readdirSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { LoaError } from "@loa/kernel/errors";
import { silentLog } from "@loa/kernel/log";
import { expect, onTestFinished, test } from "vitest";
import { newFolder } from "../folder.fixture.ts";
import { callPole } from "./pole-call.ts";
import { POLE_SOCKET, type PoleRequest, type PoleStatus } from "./pole-messages.ts";
import { PoleServer } from "./pole-server.ts";

const STATUS: PoleStatus = {
  ...{ station: "station-01", at: 1_000, lockedOut: ["command"], lockedOutUntil: 2_000, sounding: false },
};

/** A server over a folder of its own, and what it was asked. */
async function served(answer: (request: PoleRequest) => PoleStatus = () => STATUS) {
  const folder = newFolder();
  const asked: PoleRequest[] = [];
  const server = new PoleServer(folder, silentLog, (request) => {
    asked.push(request);
    return answer(request);
  });
  writeFileSync(join(folder, POLE_SOCKET), "left by a process that was killed");
  await server.listen();
  onTestFinished(() => server.close());
  return { folder, asked, server };
}

/** What the server answers to these bytes. */
const raw = (folder: string, bytes: string) =>
  new Promise<string>((resolve, reject) => {
    let text = "";
    const socket = connect(join(folder, POLE_SOCKET), () => socket.write(bytes));
    socket.setEncoding("utf8").on("data", (more: string) => {
      text += more;
    });
    socket.on("end", () => resolve(text)).on("error", reject);
  });

test("a request at the pole is answered with how the station is then", async () => {
  const { folder, asked } = await served();
  const request: PoleRequest = { do: "lock-out", minutes: 45 };
  expect(await callPole(folder, request)).toEqual({ ok: true, status: STATUS });
  expect(asked).toEqual([request]);
});

test("only the station's own user may open the socket", async () => {
  const { folder } = await served();
  expect(statSync(join(folder, POLE_SOCKET)).mode & 0o777).toBe(0o600);
});

test.each([
  ["no JSON", "lock-out\n"],
  ["an unknown command", '{"do":"energise"}\n'],
  ["more than two hours", '{"do":"lock-out","minutes":121}\n'],
  ["more than was asked for", '{"do":"release","minutes":5}\n'],
  ["a line without end", "x".repeat(10_000)],
])("%s is refused and changes nothing", async (_, bytes) => {
  const { folder, asked } = await served();
  expect(JSON.parse(await raw(folder, bytes))).toMatchObject({ ok: false, code: expect.any(String) });
  expect(asked).toEqual([]);
});

test("what the station refuses is told with its code", async () => {
  const { folder } = await served(() => {
    throw new LoaError("BAD_REQUEST", "not now");
  });
  expect(await callPole(folder, { do: "status" })).toEqual({
    ok: false,
    code: "BAD_REQUEST",
    message: "not now",
  });
});

test("a station that is closed leaves no socket, and whoever calls is told", async () => {
  const { folder, server } = await served();
  server.close();
  await expect(callPole(folder, { do: "status" })).rejects.toThrow();
  expect(readdirSync(folder)).toEqual([]);
});

test("a folder whose name is too long for a socket does not keep the station from starting", async () => {
  const errors: unknown[] = [];
  const server = new PoleServer(
    join(newFolder(), "x".repeat(200)),
    {
      ...silentLog,
      error: (fields) => errors.push(fields),
    },
    () => STATUS,
  );
  await server.listen();
  server.close();
  expect(errors).toHaveLength(1);
});
