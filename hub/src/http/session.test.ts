import { minutes, seconds } from "@loa/kernel/units";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DeskUnderTest, deskUnderTest, PASSWORD } from "../testing/desk-under-test.ts";

let under: DeskUnderTest;
beforeAll(async () => {
  under = await deskUnderTest();
});
afterAll(() => under.close());

const logIn = (username: string, password: string, headers: Record<string, string> = {}) =>
  under.server.inject({ method: "POST", url: "/api/v1/session", payload: { username, password }, headers });

describe("a session", () => {
  test("is a cookie that scripts and other sites cannot use, and is stored as a hash", async () => {
    const answer = await logIn("xa", PASSWORD);
    expect(answer.json().user).toMatchObject({
      id: "user-xa",
      username: "xa",
      role: "staff",
      areaId: "vinh-tan",
    });
    const [cookie] = answer.cookies;
    expect(cookie).toMatchObject({ name: "loa_session", httpOnly: true, sameSite: "Strict", path: "/" });
    const rows = await under.desk.database.selectFrom("sessions").select("tokenHash").execute();
    expect(rows.map((row) => row.tokenHash)).not.toContain(cookie?.value);
  });

  test("ends with the log-out", async () => {
    const ask = await under.as("xa");
    expect((await ask("GET", "/me")).json().user.username).toBe("xa");
    expect((await ask("DELETE", "/session")).statusCode).toBe(204);
    expect((await ask("GET", "/me")).json().code).toBe("UNAUTHENTICATED");
  });

  test("ends after 12 hours without use, but not while it is used", async () => {
    const ask = await under.as("xa");
    for (let use = 0; use < 3; use++) {
      await under.clock.advance(minutes(11 * 60));
      expect((await ask("GET", "/me")).statusCode).toBe(200);
    }
    await under.clock.advance(minutes(12 * 60 + 1));
    expect((await ask("GET", "/me")).statusCode).toBe(401);
  });

  test("is not needed for health and documents, and for nothing else", async () => {
    for (const url of ["/healthz", "/api/v1/openapi.json"])
      expect((await under.server.inject(url)).statusCode).toBe(200);
    for (const path of ["me", "areas", "stations", "announcements", "events", "audit"])
      expect((await under.server.inject(`/api/v1/${path}`)).json().code).toBe("UNAUTHENTICATED");
  });
});

describe("guessing", () => {
  test("a wrong password and an unknown name are told apart by nothing", async () => {
    const [wrong, unknown] = [await logIn("xa", "wrong"), await logIn("nobody", "wrong")];
    expect([wrong.statusCode, wrong.json()]).toEqual([401, unknown.json()]);
    expect(wrong.json().code).toBe("BAD_CREDENTIALS");
  });

  test("is slowed down per account and address, longer each time, and the right password waits too", async () => {
    const from = { "x-forwarded-for": "10.0.0.1" };
    for (let failure = 0; failure < 5; failure++)
      expect((await logIn("tinh", "wrong", from)).statusCode).toBe(401);
    const locked = await logIn("tinh", PASSWORD, from);
    expect([locked.statusCode, locked.json().code, locked.headers["retry-after"]]).toEqual([
      429,
      "TOO_MANY_REQUESTS",
      "15",
    ]);
    await under.clock.advance(seconds(16));
    expect((await logIn("tinh", "wrong", from)).statusCode).toBe(401);
    expect((await logIn("tinh", PASSWORD, from)).headers["retry-after"]).toBe("30");
    await under.clock.advance(seconds(31));
    expect((await logIn("tinh", PASSWORD, from)).statusCode).toBe(200);
  });

  test("from one address does not lock the account for others", async () => {
    for (let failure = 0; failure < 6; failure++)
      await logIn("huyen", "wrong", { "x-forwarded-for": "10.0.0.2" });
    expect((await logIn("huyen", PASSWORD, { "x-forwarded-for": "10.0.0.3" })).statusCode).toBe(200);
  });
});

describe("writes from other web sites", () => {
  test.each([
    [{ origin: "https://evil.example" }],
    [{ "sec-fetch-site": "cross-site" }],
    [{ "sec-fetch-site": "same-site" }],
    [{ origin: "null" }],
  ])("%j is refused", async (headers) => {
    expect((await logIn("xa", PASSWORD, headers)).json().code).toBe("FORBIDDEN");
  });

  test("the dashboard's own pass", async () => {
    const headers = { origin: "http://localhost:80", host: "localhost:80", "sec-fetch-site": "same-origin" };
    expect((await logIn("xa", PASSWORD, headers)).statusCode).toBe(200);
  });

  test("a form that a page could send is no JSON", async () => {
    const payload = `username=xa&password=${PASSWORD}`;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await under.server.inject({ method: "POST", url: "/api/v1/session", payload, headers });
    expect(answer.json().code).toBe("BAD_REQUEST");
  });
});

describe("every error is a problem document", () => {
  test.each([
    ["an unknown path", "GET", "/api/v1/nothing", undefined, 404, "NOT_FOUND"],
    ["a body that does not fit", "POST", "/api/v1/session", { username: 1 }, 400, "BAD_REQUEST"],
    ["a body that is no JSON", "POST", "/api/v1/session", "{", 400, "BAD_REQUEST"],
    [
      "a body that is too large",
      "POST",
      "/api/v1/session",
      { username: "x".repeat(2_000_000) },
      413,
      "PAYLOAD_TOO_LARGE",
    ],
    ["no session", "GET", "/api/v1/me", undefined, 401, "UNAUTHENTICATED"],
  ] as const)("%s", async (_, method, url, payload, status, code) => {
    const headers = { "content-type": "application/json" };
    const answer = await under.server.inject({ method, url, ...(payload && { payload, headers }) });
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({
      status,
      code,
      advice: expect.any(String),
      detail: expect.any(String),
    });
    expect(answer.statusCode).toBe(status);
  });

  test("a body that does not fit lists its fields", async () => {
    const answer = await logIn("", PASSWORD);
    expect(answer.json().problems).toEqual([{ path: "/body/username", message: expect.any(String) }]);
  });
});

test("OpenAPI 3.1 describes the routes and their problems", async () => {
  const document = (await under.server.inject("/api/v1/openapi.json")).json();
  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.paths)).toContain("/api/v1/announcements/{id}/approve");
  expect(
    document.paths["/api/v1/session"].post.responses.default.content["application/problem+json"],
  ).toBeDefined();
});
