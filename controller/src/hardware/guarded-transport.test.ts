import { EventEmitter } from "node:events";
import type { SerialPort } from "serialport";
import { beforeEach, expect, test } from "vitest";
import { GuardedTransport } from "./guarded-transport.ts";

class FakePort extends EventEmitter {
  isOpen = true;
  failure: Error | null = null;
  readonly written: Buffer[] = [];
  write(bytes: Buffer, done: (error: Error | null) => void): void {
    this.written.push(bytes);
    done(this.failure);
  }
  close(done: () => void): void {
    this.isOpen = false;
    done();
  }
}

let port: FakePort;
let lost: string[];
let upsets: unknown[];
let transport: GuardedTransport;

beforeEach(() => {
  port = new FakePort();
  lost = [];
  upsets = [];
  transport = new GuardedTransport(port as unknown as SerialPort, {
    lost: (reason) => lost.push(reason),
    upset: (error) => upsets.push(error),
  });
});

test("a listener that throws on the board's bytes does not reach the port", () => {
  transport.on("data", () => {
    throw new RangeError("garbage");
  });
  expect(() => port.emit("data", Buffer.of(0xf0))).not.toThrow();
  expect(upsets).toHaveLength(1);
});

test("a port that closes twice is lost once", () => {
  port.emit("close");
  port.emit("close");
  expect(lost).toEqual(["the port closed"]);
});

test("a failed write loses the port, and later writes still call back", () => {
  port.failure = new Error("EIO");
  let done = 0;
  transport.write(Buffer.of(1), () => done++);
  transport.write(Buffer.of(2), () => done++);
  expect([lost, done, port.written.length]).toEqual([["EIO"], 2, 1]);
});

test("the last word is said before the port is let go, and a port that does not take it is let go all the same", async () => {
  await transport.abandon(Buffer.of(0xff));
  expect([port.written, port.isOpen]).toEqual([[Buffer.of(0xff)], false]);
  port.isOpen = true;
  port.write = () => {};
  await transport.abandon(Buffer.of(0xff));
  expect(port.isOpen).toBe(false);
});
