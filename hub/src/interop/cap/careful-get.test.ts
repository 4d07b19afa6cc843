import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { gzipSync } from "node:zlib";
import { codeOf } from "@loa/kernel/errors";
import { afterEach, describe, expect, test } from "vitest";
import { carefulGet, type GetLimits } from "./careful-get.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => {
    server.closeAllConnections();
    server.close();
    return once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const OWN: GetLimits = { maxBytes: 10_000, timeoutMs: 5_000, allowPrivate: true };
const refusal = (address: string, limits: Partial<GetLimits> = {}) =>
  carefulGet(address, { ...OWN, ...limits }).then(() => null, codeOf);

describe("what is asked for", () => {
  test("comes with its headers and the address where it was in the end", async () => {
    const base = await serve((request, response) => {
      if (request.url === "/old") response.writeHead(302, { location: "/new" }).end();
      else response.setHeader("etag", '"1"').end(`${request.headers["if-none-match"]}`);
    });
    const got = await carefulGet(`${base}/old`, { ...OWN, headers: { "if-none-match": '"0"' } });
    expect([got.status, got.headers.etag, got.url]).toEqual([200, '"1"', `${base}/new`]);
    expect(new TextDecoder().decode(got.body)).toBe('"0"');
  });

  test("and is refused says why, and when to come again", async () => {
    const base = await serve((_, response) => void response.writeHead(503, { "retry-after": "120" }).end());
    await expect(carefulGet(base, OWN)).rejects.toMatchObject({
      context: { status: 503, retryAfter: "120" },
    });
  });

  test("may be unchanged", async () => {
    const base = await serve((_, response) => void response.writeHead(304).end());
    const { status, body } = await carefulGet(base, OWN);
    expect([status, body.length]).toEqual([304, 0]);
  });
});

describe("a source is refused that", () => {
  const forever: RequestListener = (_, response) => {
    const more = () => response.write("x".repeat(4_096)) && setImmediate(more);
    more();
    response.on("drain", more);
  };
  test.each<[string, RequestListener, string]>([
    ["answers with a fault", (_, response) => void response.writeHead(500).end(), "SOURCE_UNREACHABLE"],
    ["never answers", () => {}, "SOURCE_UNREACHABLE"],
    ["never ends its answer", (_, response) => void response.write("<feed>"), "SOURCE_UNREACHABLE"],
    ["sends without end", forever, "SOURCE_TOO_LARGE"],
    [
      "leads in circles",
      (_, response) => void response.writeHead(302, { location: "/" }).end(),
      "SOURCE_UNREACHABLE",
    ],
    [
      "leads to a file",
      (_, response) => void response.writeHead(302, { location: "file:///etc/passwd" }).end(),
      "SOURCE_ADDRESS",
    ],
    [
      "packs its answer unasked",
      (_, response) => void response.setHeader("content-encoding", "gzip").end(gzipSync("x".repeat(1e6))),
      "SOURCE_UNREACHABLE",
    ],
    [
      "packs its answer unasked, in capitals",
      (_, response) => void response.setHeader("content-encoding", "GZIP").end(gzipSync("x".repeat(1e6))),
      "SOURCE_UNREACHABLE",
    ],
    ["hangs up", (request) => void request.socket.destroy(), "SOURCE_UNREACHABLE"],
    [
      "hangs up in the middle",
      (request, response) => {
        response.writeHead(200, { "content-length": 100 }).write("<feed>");
        setTimeout(() => request.socket.destroy(), 20);
      },
      "SOURCE_UNREACHABLE",
    ],
    [
      "sends one byte after the other",
      (_, response) => {
        const drip = setInterval(() => response.write("x"), 20);
        response.on("close", () => clearInterval(drip));
      },
      "SOURCE_UNREACHABLE",
    ],
    [
      "sends headers without end",
      (_, response) => void response.setHeader("x-long", "x".repeat(20_000)).end(),
      "SOURCE_UNREACHABLE",
    ],
  ])("%s", async (_, answer, code) => {
    expect(await refusal(await serve(answer), { timeoutMs: 500 })).toBe(code);
  });
});

test("what may be aired at once is not asked for without TLS, even where private addresses are allowed", async () => {
  let asked = 0;
  const base = await serve((_, response) => void response.end(`${asked++}`));
  expect([await refusal(base, { tlsOnly: true }), asked]).toEqual(["SOURCE_ADDRESS", 0]);
});

describe("without leave for private addresses", () => {
  test.each([
    "http://127.0.0.1:1/",
    "http://[::1]/",
    "http://localhost/",
    "http://169.254.169.254/",
    "ftp://a.vn/",
  ])("%s is not asked", async (address) => {
    expect(await refusal(address, { allowPrivate: false })).toBe("SOURCE_ADDRESS");
  });

  test.each([
    [["127.0.0.1"]],
    [["93.184.216.34", "10.0.0.1"]],
    [["::ffff:127.0.0.1"]],
    [["::ffff:7f00:1"]],
    [["::1"]],
    [["64:ff9b::7f00:1"]],
    [["fe80::1%lo"]],
  ])("a public name that leads to %j is not asked", async (numbers) => {
    let asked = 0;
    const base = await serve((_, response) => void response.end(`${asked++}`));
    const resolve = async () => numbers.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    const address = base.replace("127.0.0.1", "khituong.example.vn");
    expect(await refusal(address, { allowPrivate: false, resolve })).toBe("SOURCE_ADDRESS");
    expect(asked).toBe(0);
  });

  test("exactly the number that was checked is asked: the name is resolved once", async () => {
    const base = await serve((_, response) => void response.end("ok"));
    const numbers = ["127.0.0.1", "10.0.0.1"];
    const resolve = async () => [{ address: numbers.shift() ?? "", family: 4 }];
    const address = base.replace("127.0.0.1", "khituong.example.vn");
    expect((await carefulGet(address, { ...OWN, resolve })).status).toBe(200);
    expect(numbers).toEqual(["10.0.0.1"]);
  });
});
