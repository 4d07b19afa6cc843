import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { Lobby } from "./lobby.ts";

let port = 0;
/** A connection from an address. */
function from(remoteAddress: string): Socket {
  return Object.assign(new EventEmitter(), { remoteAddress, remotePort: ++port }) as unknown as Socket;
}

test("so many may wait from one address, and some more from others; whoever says who it is makes room", () => {
  const lobby = new Lobby(() => 0);
  const waiting: Socket[] = [];
  for (let next = from("10.0.0.1"); lobby.admits(next); next = from("10.0.0.1")) waiting.push(next);
  const other = from("10.0.0.2");
  expect(lobby.admits(other)).toBe(true);
  expect(lobby.admits(from("10.0.0.1"))).toBe(false);
  lobby.knows(waiting[0] as Socket);
  expect(lobby.admits(from("10.0.0.1"))).toBe(true);
  let more = 0;
  for (let n = 0; n < 100_000 && lobby.admits(from(`10.1.${n >> 8}.${n & 255}`)); n++) more++;
  expect(more).toBeLessThan(waiting.length);
});

test("an address from which too many are refused is not let in until some time passed; others are", () => {
  let now = 0;
  const lobby = new Lobby(() => now);
  let tries = 0;
  for (; tries < 5_000; tries++) {
    const socket = from("10.0.0.9");
    if (!lobby.admits(socket)) break;
    lobby.refuses(socket);
    socket.emit("close");
  }
  expect(tries).toBeLessThan(5_000);
  expect(lobby.admits(from("10.0.0.8"))).toBe(true);
  now += 1_000;
  expect(lobby.admits(from("10.0.0.9"))).toBe(true);
});

test("who breaks off or is known does not count against the address", () => {
  const lobby = new Lobby(() => 0);
  for (let n = 0; n < 10_000; n++) {
    const socket = from("10.0.0.7");
    expect(lobby.admits(socket)).toBe(true);
    if (n % 2 === 0) lobby.knows(socket);
    socket.emit("close");
  }
  expect(lobby.size).toBe(0);
});
