import { randomUUID } from "node:crypto";
import { LoaError } from "@loa/kernel/errors";

/** Fields of an answer that the demo reads; the hub's schemas say the rest. */
// biome-ignore lint/suspicious/noExplicitAny: answers are read field by field
type Answer = any;

/** One of the demo accounts at the hub's HTTP API. */
export class DemoPerson {
  readonly #base: string;
  #cookie = "";

  private constructor(http: string) {
    this.#base = `${http}/api/v1`;
  }

  /** @throws INTERNAL when the hub refuses */
  static async logIn(http: string, username: string, password: string): Promise<DemoPerson> {
    const person = new DemoPerson(http);
    await person.post("/session", { username, password });
    return person;
  }

  get(path: string): Promise<Answer> {
    return this.#call("GET", path);
  }

  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.#call("POST", path, body);
  }

  async #call(method: string, path: string, body?: unknown): Promise<Answer> {
    const form = body instanceof FormData;
    const response = await fetch(this.#base + path, {
      method,
      headers: {
        cookie: this.#cookie,
        ...(body !== undefined && !form && { "content-type": "application/json" }),
        ...(method === "POST" && { "idempotency-key": randomUUID() }),
      },
      ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
    });
    this.#cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? this.#cookie;
    const answer: Answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new LoaError("INTERNAL", `${method} ${path}: ${answer.code} ${answer.detail}`);
    return answer;
  }
}
