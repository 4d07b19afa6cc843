import { createHash, X509Certificate } from "node:crypto";
import { Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent, request } from "node:https";
import { connect, type TLSSocket } from "node:tls";
import { LoaError } from "@loa/kernel/errors";
import { EnrolAnswer, type EnrolmentLabel } from "@loa/protocol/enrolment";
import { parseJson } from "@loa/protocol/parse";
import { certificateRequest } from "./certificate-request.ts";
import { wait } from "./desk.ts";

const TIMEOUT_MS = 30_000;

/** What an enrolment gave, with the key that the station made for it. */
export interface Enrolled extends EnrolAnswer {
  readonly station: string;
  readonly key: string;
}

/** Enrols stations over few connections that are used again; the CA is checked against the first label's hash, once. */
export class Enroller {
  readonly #url: URL;
  readonly #agent: PlainAgent | Agent;

  private constructor(url: URL, agent: PlainAgent | Agent) {
    this.#url = url;
    this.#agent = agent;
  }

  /** @throws CA_MISMATCH · HUB_UNREACHABLE */
  static async open({ hub, ca }: EnrolmentLabel, connections: number): Promise<Enroller> {
    const url = new URL("/api/v1/enrol", hub);
    const options = { keepAlive: true, maxSockets: connections };
    if (url.protocol === "http:") return new Enroller(url, new PlainAgent(options));
    return new Enroller(url, new Agent({ ...options, ca: await pinnedCa(url, ca) }));
  }

  /** Makes a key and has it certified. @throws ENROL_CODE_INVALID · HUB_UNREACHABLE */
  async enrol({ station, code }: EnrolmentLabel): Promise<Enrolled> {
    const { key, csr } = certificateRequest(station);
    const body = JSON.stringify({ station, code, csr });
    const answer = parseJson(EnrolAnswer, await this.#post(body), "enrolment answer");
    return { ...answer, station, key };
  }

  close(): void {
    this.#agent.destroy();
  }

  async #post(body: string): Promise<string> {
    for (;;) {
      const { status, text, retryAfterS } = await this.#request(body);
      if (status === 200) return text;
      if (status !== 429)
        throw new LoaError("ENROL_CODE_INVALID", `the hub refused the enrolment: ${status} ${text}`);
      await wait(retryAfterS * 1_000);
    }
  }

  #request(body: string): Promise<{ status: number; text: string; retryAfterS: number }> {
    return new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const options = { method: "POST", agent: this.#agent, timeout: TIMEOUT_MS, headers };
      const call = (this.#url.protocol === "https:" ? request : plainRequest)(
        this.#url,
        options,
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              text: Buffer.concat(parts).toString(),
              retryAfterS: Number(response.headers["retry-after"] ?? 5),
            }),
          );
        },
      );
      call.on("timeout", () => call.destroy(new Error("time-out")));
      call.on("error", (cause) =>
        reject(new LoaError("HUB_UNREACHABLE", `${this.#url.host} does not answer`, {}, { cause })),
      );
      call.end(body);
    });
  }
}

/** The CA certificate (PEM) in the chain that the hub shows, when its hash is the label's. */
async function pinnedCa({ hostname, port, host }: URL, sha256: string): Promise<string> {
  const socket = await new Promise<TLSSocket>((resolve, reject) => {
    // The chain is judged below, by the pinned hash; nothing is sent before that.
    const opened = connect({
      ...{ host: hostname, port: Number(port || 443), rejectUnauthorized: false, timeout: TIMEOUT_MS },
    });
    opened.once("secureConnect", () => resolve(opened));
    opened.once("timeout", () => opened.destroy(new Error("time-out")));
    opened.once("error", reject);
  }).catch((cause: unknown) => {
    throw new LoaError("HUB_UNREACHABLE", `${host} does not answer`, {}, { cause });
  });
  try {
    let shown = socket.getPeerCertificate(true);
    while (shown?.raw) {
      if (createHash("sha256").update(shown.raw).digest("hex") === sha256)
        return new X509Certificate(shown.raw).toString();
      if (shown.issuerCertificate === shown) break;
      shown = shown.issuerCertificate;
    }
  } finally {
    socket.destroy();
  }
  throw new LoaError("CA_MISMATCH", `${host} shows another CA than the label names`);
}
