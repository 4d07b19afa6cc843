import { readFileSync } from "node:fs";
import { join } from "node:path";
import { days, minutes, seconds } from "@loa/kernel/units";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ask, type DeskUnderTest, deskUnderTest, PASSWORD } from "../testing/desk-under-test.ts";
import { digitsOf, stepAt } from "./totp.ts";

let under: DeskUnderTest;
let admin: Ask;
beforeAll(async () => {
  under = await deskUnderTest();
  admin = await under.as("admin");
});
afterAll(() => under.close());

let address = 0;
/** Each from an address of its own, unless one is named. */
const logIn = (username: string, password: string, code?: string, from = `10.9.0.${++address}`) =>
  under.server.inject({
    method: "POST",
    url: "/api/v1/session",
    payload: { username, password, ...(code !== undefined && { code }) },
    headers: { "x-forwarded-for": from },
  });
const codeOf = async (answer: ReturnType<typeof logIn>) => (await answer).json().code;
const account = async (username: string) =>
  (await admin("GET", "/users")).json().items.find((one: { username: string }) => one.username === username);

describe("a lock-out", () => {
  test("is shown to admins, outlives a restart of the hub, and is ended by them", async () => {
    for (let i = 0; i < 5; i++) await logIn("huyen2", "wrong", undefined, "10.1.1.1");
    expect((await account("huyen2")).lockedUntil).toBe(under.clock.now() + seconds(15));
    under = await under.restart();
    admin = await under.as("admin");
    expect(await codeOf(logIn("huyen2", PASSWORD, undefined, "10.1.1.1"))).toBe("TOO_MANY_REQUESTS");
    const answer = await admin("PATCH", "/users/user-huyen2", { unlock: true });
    expect(answer.json().lockedUntil).toBeUndefined();
    expect((await logIn("huyen2", PASSWORD, undefined, "10.1.1.1")).statusCode).toBe(200);
    const [entry] = (await admin("GET", "/audit?limit=2")).json().items.slice(-1);
    expect(entry).toMatchObject({ action: "user.change", subject: "user-huyen2", detail: { unlock: true } });
  });

  test("comes after five guesses also when they are made at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => logIn("huyen", "wrong", undefined, "10.1.1.2")),
    );
    const statuses = answers.map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(7);
  });

  test("is forgotten by the store half an hour after the last failure", async () => {
    await under.clock.advance(minutes(31));
    await under.desk.sessions.prune();
    expect(await under.desk.database.selectFrom("loginFailures").selectAll().execute()).toEqual([]);
  });
});

describe("a password", () => {
  test("that is easy to guess is not taken, whoever sets it", async () => {
    const user = { username: "canbo", name: "Trần Thị Mận", role: "staff", areaId: "vinh-tan" };
    for (const password of ["matkhau123", "canbo-loa-2026", "12345678"])
      expect((await admin("POST", "/users", { ...user, password })).json()).toMatchObject({
        ...{ status: 422, code: "PASSWORD_WEAK" },
      });
    expect((await admin("PATCH", "/users/user-xa", { password: "password1" })).json().code).toBe(
      "PASSWORD_WEAK",
    );
    const me = await under.as("xa");
    const weak = await me("POST", "/me/password", { current: PASSWORD, next: "anhyeuem99" });
    expect(weak.json().code).toBe("PASSWORD_WEAK");
  });

  test("is changed by who knows it, which ends the other sessions and not this one", async () => {
    const [here, there] = [await under.as("tinh"), await under.as("tinh")];
    const next = "trâu ơi ta bảo";
    expect((await here("POST", "/me/password", { current: "wrong", next })).json().code).toBe(
      "BAD_CREDENTIALS",
    );
    expect((await here("POST", "/me/password", { current: PASSWORD, next })).statusCode).toBe(204);
    expect((await here("GET", "/me")).statusCode).toBe(200);
    expect((await there("GET", "/me")).statusCode).toBe(401);
    expect((await logIn("tinh", PASSWORD)).statusCode).toBe(401);
    expect((await logIn("tinh", next)).statusCode).toBe(200);
  });

  test("kept at a lower cost is kept at today's after the next log-in", async () => {
    const { database } = under.desk;
    const user = { username: "cuu", name: "Tài khoản cũ", role: "staff", areaId: "vinh-tan" };
    await admin("POST", "/users", { ...user, password: "cây đa bến nước" });
    const cheap =
      "$argon2id$v=19$m=8192,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$" +
      (await argon("cây đa bến nước", { memory: 8_192, passes: 1, parallelism: 1 }));
    await database.updateTable("users").set({ passwordHash: cheap }).where("username", "=", "cuu").execute();
    for (let i = 0; i < 2; i++) expect((await logIn("cuu", "cây đa bến nước")).statusCode).toBe(200);
    const [row] = await database.selectFrom("users").selectAll().where("username", "=", "cuu").execute();
    expect(row?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

describe("a second factor", () => {
  let secret: Buffer;
  let recovery: string[];
  let me: Ask;
  const digits = (steps = 0) => digitsOf(secret, stepAt(under.clock.now()) + steps);

  test("holds once its digits were shown, and its secret lies sealed in the store", async () => {
    me = await under.as("kythuat");
    expect((await me("POST", "/me/totp", { password: "wrong" })).json().code).toBe("BAD_CREDENTIALS");
    const offer = (await me("POST", "/me/totp", { password: PASSWORD })).json();
    secret = fromBase32(offer.secret);
    expect(offer.uri).toContain(offer.secret);
    expect((await logIn("kythuat", PASSWORD)).statusCode).toBe(200);
    const wrong = digits() === "000000" ? "000001" : "000000";
    expect((await me("POST", "/me/totp/confirm", { code: wrong })).json().code).toBe("TOTP_INVALID");
    recovery = (await me("POST", "/me/totp/confirm", { code: digits() })).json().recoveryCodes;
    expect(new Set(recovery).size).toBe(8);
    expect((await me("GET", "/me")).json().user.totp).toBe(true);
    expect(await account("kythuat")).toMatchObject({ totp: true });
    for (const name of ["hub.db", "hub.db-wal"]) {
      const file = readFileSync(join(under.config.data, name));
      for (const text of [secret, Buffer.from(offer.secret), Buffer.from(recovery[0]!)])
        expect(file.includes(text)).toBe(false);
    }
  });

  test("is asked for after the password, and each of its codes passes once", async () => {
    expect(await codeOf(logIn("kythuat", "wrong"))).toBe("BAD_CREDENTIALS");
    expect(await codeOf(logIn("kythuat", PASSWORD))).toBe("TOTP_REQUIRED");
    expect(await codeOf(logIn("kythuat", PASSWORD, digits()))).toBe("TOTP_INVALID");
    await under.clock.advance(seconds(30));
    const code = digits();
    const twice = await Promise.all([logIn("kythuat", PASSWORD, code), logIn("kythuat", PASSWORD, code)]);
    expect(twice.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401]);
    expect(await codeOf(logIn("kythuat", PASSWORD, digits(-1)))).toBe("TOTP_INVALID");
  });

  test("cannot be guessed from many addresses: wrong codes count together", async () => {
    for (let i = 0; i < 5; i++) await logIn("kythuat", PASSWORD, "000000");
    await under.clock.advance(seconds(1));
    expect(await codeOf(logIn("kythuat", PASSWORD, digits()))).toBe("TOO_MANY_REQUESTS");
    await under.clock.advance(minutes(31));
    expect((await logIn("kythuat", PASSWORD, digits())).statusCode).toBe(200);
  });

  test("that was lost is replaced by a recovery code, once, however it is written, also after a restart", async () => {
    under = await under.restart();
    admin = await under.as("admin");
    const written = recovery[3]!.toUpperCase().replaceAll("-", "");
    expect((await logIn("kythuat", PASSWORD, written)).statusCode).toBe(200);
    expect(await codeOf(logIn("kythuat", PASSWORD, recovery[3]))).toBe("TOTP_INVALID");
    expect((await logIn("kythuat", PASSWORD, recovery[4])).statusCode).toBe(200);
  });

  test("is taken away by an admin, which is audited, or by its owner with the password", async () => {
    expect((await admin("PATCH", "/users/user-kythuat", { totp: false })).json().totp).toBe(false);
    const [entry] = (await admin("GET", "/audit?limit=1")).json().items;
    expect(entry).toMatchObject({ actor: "user-admin", subject: "user-kythuat", detail: { totp: false } });
    const again = await under.as("kythuat");
    secret = fromBase32((await again("POST", "/me/totp", { password: PASSWORD })).json().secret);
    await again("POST", "/me/totp/confirm", { code: digits() });
    expect((await again("DELETE", "/me/totp", { password: "wrong" })).json().code).toBe("BAD_CREDENTIALS");
    expect((await again("DELETE", "/me/totp", { password: PASSWORD })).statusCode).toBe(204);
    expect((await logIn("kythuat", PASSWORD)).statusCode).toBe(200);
    expect(await under.desk.database.selectFrom("recoveryCodes").selectAll().execute()).toEqual([]);
  });
});

describe("a token", () => {
  let owner: Ask;
  let made: { id: string; token: string };
  const ask = (
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    payload?: object,
    headers: Record<string, string> = {},
  ) =>
    under.server.inject({
      method,
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${made.token}`, ...headers },
      ...(payload && { payload }),
    });

  test("is shown once and stored as a hash", async () => {
    owner = await under.as("admin");
    made = (await owner("POST", "/tokens", { name: "Hệ thống tỉnh" })).json();
    expect(made.token).toMatch(/^loa_[\w-]{43}$/);
    const { items } = (await owner("GET", "/tokens")).json();
    expect(items).toEqual([
      { id: made.id, name: "Hệ thống tỉnh", createdAt: under.clock.now(), usedAt: null, expiresAt: null },
    ]);
    expect(
      JSON.stringify(await under.desk.database.selectFrom("tokens").selectAll().execute()),
    ).not.toContain(made.token.slice(4));
  });

  test("acts as its owner, from any site, and the audit names it", async () => {
    expect((await ask("GET", "/me")).json().user.username).toBe("admin");
    const renamed = await ask(
      "PATCH",
      "/areas/kim-lien",
      { name: "Xã Sen" },
      { origin: "https://tinh.example" },
    );
    expect(renamed.statusCode).toBe(200);
    const [entry] = (await owner("GET", "/audit?limit=1")).json().items;
    expect(entry).toMatchObject({ actor: "user-admin", detail: { name: "Xã Sen", token: made.id } });
    await owner("PATCH", "/areas/kim-lien", { name: "Xã Kim Liên" });
    const [own] = (await owner("GET", "/audit?limit=1")).json().items;
    expect(own.detail).not.toHaveProperty("token");
    expect((await owner("GET", "/tokens")).json().items[0].usedAt).toBe(under.clock.now());
  });

  test("makes no tokens, and changes neither accounts nor passwords nor second factors", async () => {
    const user = {
      username: "lau",
      name: "Lậu",
      role: "admin",
      areaId: "nghe-an",
      password: "sông sâu nước cả",
    };
    const answers = await Promise.all([
      ask("POST", "/tokens", { name: "Con" }),
      ask("DELETE", `/tokens/${made.id}`),
      ask("POST", "/me/password", { current: PASSWORD, next: "trâu ơi ta bảo" }),
      ask("POST", "/me/totp", { password: PASSWORD }),
      ask("DELETE", "/me/totp", { password: PASSWORD }),
      ask("POST", "/users", user),
      ask("PATCH", "/users/user-xa", { password: "sông sâu nước cả" }),
    ]);
    for (const answer of answers) expect(answer.json().code).toBe("FORBIDDEN");
  });

  test("that is wrong opens nothing, also beside a good cookie; one of another scheme is none of ours", async () => {
    const wrong = { authorization: `Bearer loa_${"x".repeat(43)}` };
    expect((await owner("GET", "/me", undefined, wrong)).statusCode).toBe(401);
    const proxy = { authorization: "Basic bG9hOmxvYQ==" };
    expect((await owner("GET", "/me", undefined, proxy)).statusCode).toBe(200);
    const foreign = { ...proxy, origin: "https://evil.example" };
    expect((await owner("PATCH", "/areas/kim-lien", { name: "X" }, foreign)).json().code).toBe("FORBIDDEN");
  });

  test("has its owner's rights of now, and none while the owner may not log in", async () => {
    const staff = await under.as("xa");
    made = (await staff("POST", "/tokens", { name: "Máy trạm" })).json();
    expect((await ask("GET", "/areas")).json().items.map(({ id }: { id: string }) => id)).toEqual([
      "vinh-tan",
    ]);
    await admin("PATCH", "/users/user-xa", { areaId: "kim-lien" });
    expect((await ask("GET", "/areas")).json().items.map(({ id }: { id: string }) => id)).toEqual([
      "kim-lien",
    ]);
    await admin("PATCH", "/users/user-xa", { disabled: true });
    expect((await ask("GET", "/areas")).statusCode).toBe(401);
    await admin("PATCH", "/users/user-xa", { disabled: false, areaId: "vinh-tan" });
    expect((await ask("GET", "/areas")).statusCode).toBe(200);
  });

  test("ends at its time, or when its owner ends it; others cannot", async () => {
    const staff = await under.as("xa");
    expect((await admin("DELETE", `/tokens/${made.id}`)).json().code).toBe("NOT_FOUND");
    expect((await staff("DELETE", `/tokens/${made.id}`)).statusCode).toBe(204);
    expect((await ask("GET", "/me")).statusCode).toBe(401);
    const past = { name: "Muộn", expiresAt: under.clock.now() };
    expect((await staff("POST", "/tokens", past)).json().code).toBe("BAD_REQUEST");
    made = (await staff("POST", "/tokens", { name: "Ngắn", expiresAt: under.clock.now() + days(1) })).json();
    expect((await ask("GET", "/me")).statusCode).toBe(200);
    await under.clock.advance(days(1));
    expect((await ask("GET", "/me")).statusCode).toBe(401);
  });
});

function fromBase32(text: string): Buffer {
  const bits = [...text]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

async function argon(password: string, cost: { memory: number; passes: number; parallelism: number }) {
  const { argon2Sync } = await import("node:crypto");
  const hash = argon2Sync("argon2id", {
    message: Buffer.from(password.normalize("NFC")),
    nonce: Buffer.alloc(16),
    tagLength: 32,
    ...cost,
  });
  return hash.toString("base64").replaceAll("=", "");
}
