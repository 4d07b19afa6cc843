import { connect } from "node:net";
import { join } from "node:path";
import { parseJson } from "@loa/protocol/parse";
import { POLE_SOCKET, PoleAnswer, type PoleRequest } from "./pole-messages.ts";

/** Asks the station whose data is in this folder. Rejects when it does not run here, or may not be asked by this user. */
export function callPole(data: string, request: PoleRequest): Promise<PoleAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(join(data, POLE_SOCKET), () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("end", () => {
      try {
        resolve(parseJson(PoleAnswer, Buffer.concat(chunks), "answer"));
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}
