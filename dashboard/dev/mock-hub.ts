/** A small stand-in for the hub, for work on the dashboard alone. Serves dist and invented data; never shipped. */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { manyStations } from "./many-stations.ts";
import * as data from "./mock-data.ts";

const dist = join(import.meta.dirname, "..", "dist");
const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};
const listeners = new Set<ServerResponse>();
let me = data.users.find((u) => u.username === (process.env.MOCK_USER ?? "")) ?? null;
let failures = 0;

if (process.env.MOCK_STATIONS) {
  manyStations(Number(process.env.MOCK_STATIONS));
  setInterval(() => {
    for (let i = 0; i < 25; i++) {
      const station = data.stations[Math.floor(Math.random() * data.stations.length)]!;
      station.status = Math.random() < 0.1 ? "offline" : "online";
      station.faults = station.status === "offline" ? [{ code: "OFFLINE", since: Date.now() }] : [];
      send("station", { station });
    }
  }, 50);
}

const send = (kind: string, body: object) => {
  for (const l of listeners) l.write(`event: ${kind}\ndata: ${JSON.stringify({ kind, ...body })}\n\n`);
};
const json = (res: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) => {
  res.writeHead(status, {
    "content-type": status < 400 ? "application/json" : "application/problem+json",
    ...headers,
  });
  res.end(JSON.stringify(body));
};
const problem = (res: ServerResponse, status: number, code: string, more: object = {}, headers = {}) =>
  json(
    res,
    status,
    { type: "about:blank", title: code, status, code, detail: code, advice: "", ...more },
    headers,
  );
const list = (items: unknown[]) => ({ items, next: null });
async function body(req: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const p of req) parts.push(p as Buffer);
  return Buffer.concat(parts);
}
const plain = (s: string) => s.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();

function wav(seconds: number): Buffer {
  const n = seconds * 8_000;
  const b = Buffer.alloc(44 + n * 2);
  b.write("RIFF", 0);
  b.writeUInt32LE(36 + n * 2, 4);
  b.write("WAVEfmt ", 8);
  b.writeUInt32LE(16, 16);
  b.writeUInt16LE(1, 20);
  b.writeUInt16LE(1, 22);
  b.writeUInt32LE(8_000, 24);
  b.writeUInt32LE(16_000, 28);
  b.writeUInt16LE(2, 32);
  b.writeUInt16LE(16, 34);
  b.write("data", 36);
  b.writeUInt32LE(n * 2, 40);
  for (let i = 0; i < n; i++) b.writeInt16LE(Math.round(Math.sin(i / 6) * 6_000), 44 + i * 2);
  return b;
}

function preview(draft?: {
  title: string;
  start: string;
  targets: unknown[];
  priority?: string;
  rrule?: string;
}) {
  const items = data.broadcasts
    .filter((b) => b.state === "planned" && b.startAt > Date.now() && b.startAt < Date.now() + 86_400_000)
    .map((b) => ({
      scheduleId: b.scheduleId,
      broadcastId: b.id,
      title: b.title,
      startAt: b.startAt,
      endAt: b.endAt,
      priority: b.priority,
      stations: b.counts.stations,
      areas: ["Tỉnh Nghệ An"],
      draft: false as boolean,
      problem: undefined as undefined | { code: string; message: string },
    }));
  if (!draft) return { items, conflicts: [], nextOccurrences: [] };
  const start = Date.parse(draft.start);
  const hour = new Date(start + 7 * 3_600_000).getUTCHours();
  const hit = items.find((b) => b.startAt < start + 185_000 && start < b.endAt);
  items.push({
    scheduleId: null as never,
    broadcastId: null as never,
    title: draft.title,
    startAt: start,
    endAt: start + 187_400,
    priority: (draft.priority ?? "scheduled") as "scheduled",
    stations: 3,
    areas: ["Xã Nghi Kim"],
    draft: true,
    problem:
      hour < 5 || hour >= 21 ? { code: "OUTSIDE_ENVELOPE", message: "outside 05:00–21:00" } : undefined,
  });
  items.sort((a, b) => a.startAt - b.startAt);
  return {
    items,
    conflicts: hit
      ? [
          {
            stationId: "na-nghikim-01",
            stationName: "Nhà văn hóa xóm 1",
            startAt: start,
            endAt: start + 187_400,
            with: {
              broadcastId: hit.broadcastId,
              scheduleId: hit.scheduleId,
              title: hit.title,
              startAt: hit.startAt,
              endAt: hit.endAt,
            },
          },
        ]
      : [],
    nextOccurrences: draft.rrule
      ? [0, 1, 2, 3].map((d) => new Date(start + d * 86_400_000).toISOString())
      : [new Date(start).toISOString()],
  };
}

async function route(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
  const path = url.pathname.slice("/api/v1".length);
  const key = `${req.method} ${path}`;
  if (key === "POST /session") {
    const { username, password } = JSON.parse(String(await body(req)));
    if (failures >= 3) return problem(res, 429, "TOO_MANY_REQUESTS", {}, { "retry-after": "20" });
    const who = data.users.find((u) => u.username === username);
    if (!who || password !== "loa") {
      failures++;
      return problem(res, 401, "BAD_CREDENTIALS");
    }
    me = who;
    return json(res, 200, { user: me });
  }
  if (!me) return problem(res, 401, "UNAUTHENTICATED");
  if (key === "DELETE /session") {
    me = null;
    res.writeHead(204).end();
    return;
  }
  if (key === "GET /me") return json(res, 200, { user: me });
  if (key === "GET /events") {
    res.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    res.write(": hello\n\n");
    listeners.add(res);
    req.on("close", () => listeners.delete(res));
    return;
  }
  if (key === "GET /areas") return json(res, 200, list(data.areas));
  if (key === "GET /stations") return json(res, 200, list(data.stations));
  if (key === "GET /broadcasts") {
    const from = Date.parse(url.searchParams.get("from") ?? "") || 0;
    const to = Date.parse(url.searchParams.get("to") ?? "") || Number.POSITIVE_INFINITY;
    return json(res, 200, list(data.broadcasts.filter((b) => b.endAt > from && b.startAt < to)));
  }
  if (key === "GET /schedules") return json(res, 200, list(data.schedules));
  if (key === "GET /schedules/preview") return json(res, 200, preview());
  if (key === "POST /schedules/preview") return json(res, 200, preview(JSON.parse(String(await body(req)))));
  if (key === "POST /schedules") {
    const made = {
      ...JSON.parse(String(await body(req))),
      id: `sch-${Date.now()}`,
      timeZone: "Asia/Ho_Chi_Minh",
      durationMs: 187_400,
      stations: 3,
      createdBy: { id: me.id, name: me.name },
      nextOccurrences: [],
    };
    data.schedules.push(made);
    return json(res, 201, made);
  }
  if (key === "POST /stop") return json(res, 200, { commandId: "c", stations: 3 });
  if (key === "GET /announcements") {
    const state = url.searchParams.get("state");
    const q = plain(url.searchParams.get("q") ?? "");
    return json(
      res,
      200,
      list(data.announcements.filter((a) => (!state || a.state === state) && plain(a.title).includes(q))),
    );
  }
  if (key === "POST /announcements") {
    const text = (await body(req)).toString("latin1");
    const title = Buffer.from(/name="title"\r\n\r\n([^\r]*)/.exec(text)?.[1] ?? "?", "latin1").toString(
      "utf8",
    );
    const made = {
      ...data.announcements[2]!,
      id: `ann-${Date.now()}`,
      title,
      createdBy: { id: me.id, name: me.name },
      createdAt: Date.now(),
      ingest: { state: "processing" as const, progress: 0 },
    } as (typeof data.announcements)[0];
    data.announcements.unshift(made);
    let p = 0;
    const timer = setInterval(() => {
      p += 0.25;
      made.ingest = p >= 1 ? { state: "ready", progress: 1 } : { state: "processing", progress: p };
      send("announcement", { announcement: made });
      if (p >= 1) clearInterval(timer);
    }, 700);
    return json(res, 201, made);
  }
  const [, thing, id, verb] = path.split("/");
  if (thing === "announcements") {
    const a = data.announcements.find((x) => x.id === id);
    if (!a) return problem(res, 404, "NOT_FOUND");
    if (verb === "peaks")
      return json(res, 200, {
        stepMs: 100,
        peaks: Array.from(
          { length: 600 },
          (_, i) => Math.abs(Math.sin(i / 7) * Math.cos(i / 31)) * 0.8 + Math.random() * 0.15,
        ),
      });
    if (verb === "audio") {
      const sound = wav(Math.round((a.durationMs ?? 3_000) / 1_000));
      res.writeHead(200, { "content-type": "audio/wav", "content-length": String(sound.length) });
      res.end(sound);
      return;
    }
    if (req.method === "GET") return json(res, 200, a);
    const sent = String(await body(req));
    if (verb === "submit") a.state = "submitted";
    if (verb === "approve" || verb === "reject") {
      if (a.createdBy.id === me.id) return problem(res, 409, "SAME_PERSON");
      a.state = verb === "approve" ? "approved" : "rejected";
      a.decidedBy = { id: me.id, name: me.name };
      a.decidedAt = Date.now();
      if (verb === "reject") a.reason = JSON.parse(sent).reason;
    }
    if (req.method === "PATCH") a.title = JSON.parse(sent).title;
    if (req.method === "DELETE") a.state = "archived";
    send("announcement", { announcement: a });
    return json(res, 200, a);
  }
  if (thing === "schedules") {
    const s = data.schedules.find((x) => x.id === id);
    if (!s) return problem(res, 404, "NOT_FOUND");
    if (req.method === "DELETE") {
      data.schedules.splice(data.schedules.indexOf(s), 1);
      res.writeHead(204).end();
      return;
    }
    return json(res, 200, s);
  }
  if (thing === "broadcasts") {
    const b = data.broadcasts.find((x) => x.id === id);
    if (!b) return problem(res, 404, "NOT_FOUND");
    if (req.method === "DELETE") b.state = "cancelled";
    if (verb === "stop") {
      setTimeout(() => {
        b.state = "done";
        b.endAt = Date.now();
        b.counts = { ...b.counts, onAir: 0, stopped: b.counts.onAir };
        send("broadcast", { broadcast: b });
        for (const s of data.stations) {
          s.onAir = null;
          send("station", { station: s });
        }
      }, 400);
      return json(res, 200, { commandId: "c", stations: b.counts.onAir });
    }
    send("broadcast", { broadcast: b });
    return json(res, 200, data.broadcastDetail(b));
  }
  if (thing === "stations") {
    const s = data.stations.find((x) => x.id === id);
    if (!s) return problem(res, 404, "NOT_FOUND");
    if (verb === "enrolment")
      return json(res, 200, {
        station: s.id,
        hub: "https://loa.nghean.example:8443",
        code: "k7m2-9xqd-4twz-r8vn-p3hc-j6ys",
        ca: "3f".repeat(32),
      });
    return json(res, 200, data.stationDetail(s));
  }
  return problem(res, 404, "NOT_FOUND");
}

async function file(res: ServerResponse, pathname: string): Promise<void> {
  const wanted = normalize(join(dist, extname(pathname) ? pathname : "/index.html"));
  if (!wanted.startsWith(dist)) return void res.writeHead(404).end();
  try {
    const bytes = await readFile(wanted);
    res.writeHead(200, { "content-type": types[extname(wanted)] ?? "application/octet-stream" }).end(bytes);
  } catch {
    res.writeHead(404).end();
  }
}

const server = createServer((req, res) => {
  const url = new URL(req.url ?? "/", "http://mock");
  if (url.pathname === "/mock/user") {
    me = data.users.find((u) => u.username === url.searchParams.get("name")) ?? null;
    return void res.end("ok");
  }
  void (url.pathname.startsWith("/api/v1") ? route(req, res, url) : file(res, url.pathname));
});
server.listen(Number(process.env.MOCK_PORT ?? 8080), "127.0.0.1", () =>
  console.log(JSON.stringify(server.address())),
);
