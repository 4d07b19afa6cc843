/** A connection of its own: one that rested may be closed by the other side at the moment at which it is used again. */
export const ALONE = { connection: "close" } as const;

/** A person at the HTTP API: logs in, and speaks JSON. */
export class Person {
  readonly #base: string;
  #cookie = "";

  private constructor(base: string) {
    this.#base = base;
  }

  static async logIn(http: string, username: string, password: string): Promise<Person> {
    const person = new Person(`${http}/api/v1`);
    await person.post("/session", { username, password });
    return person;
  }

  get(path: string): Promise<Answer> {
    return this.call("GET", path);
  }
  post(path: string, body?: unknown): Promise<Answer> {
    return this.call("POST", path, body);
  }
  patch(path: string, body: unknown): Promise<Answer> {
    return this.call("PATCH", path, body);
  }
  delete(path: string): Promise<Answer> {
    return this.call("DELETE", path);
  }

  /** Uploads a sound file as an announcement. */
  upload(title: string, file: Uint8Array, name: string): Promise<Answer> {
    const form = new FormData();
    form.set("title", title);
    form.set("audio", new Blob([file.slice()]), name);
    return this.call("POST", "/announcements", form);
  }

  /** Hands in a CAP message. */
  postCap(xml: string): Promise<Answer> {
    return this.call("POST", "/alerts/cap", new Blob([xml], { type: "application/cap+xml" }));
  }

  /** Any call; throws `ApiError` where the answer is a problem. */
  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const form = body instanceof FormData || body instanceof Blob;
    const response = await fetch(this.#base + path, {
      method,
      headers: {
        ...ALONE,
        ...(this.#cookie && { cookie: this.#cookie }),
        ...(body !== undefined && !form && { "content-type": "application/json" }),
        ...(method === "POST" && { "idempotency-key": crypto.randomUUID() }),
      },
      ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
    });
    const cookie = response.headers.getSetCookie()[0]?.split(";")[0];
    if (cookie) this.#cookie = cookie;
    const text = await response.text();
    const answer = (text ? JSON.parse(text) : {}) as Answer;
    if (!response.ok) throw new ApiError(response.status, answer);
    return answer;
  }

  /** A WebSocket below the API. */
  socket(path: string): WebSocket {
    const url = this.#base.replace(/^http/, "ws") + path;
    // Node's WebSocket takes headers, which those of browsers do not; the types know browsers only.
    const options = { headers: { cookie: this.#cookie } } as unknown as string[];
    return new WebSocket(url, options);
  }

  /** Bytes of any resource below the API. */
  async bytes(path: string): Promise<Uint8Array> {
    const response = await fetch(this.#base + path, { headers: { ...ALONE, cookie: this.#cookie } });
    if (!response.ok) throw new Error(`${path} answers ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }
}

// biome-ignore lint/suspicious/noExplicitAny: tests read answers field by field; the contract is checked by the hub's own schemas
export type Answer = any;

/** A problem document that the API answered with. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Answer;

  constructor(status: number, problem: Answer) {
    super(`${status} ${problem?.code}: ${problem?.detail}`);
    this.status = status;
    this.problem = problem;
  }
}
