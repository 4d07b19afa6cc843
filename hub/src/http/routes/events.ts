import { type Api, actorOf } from "../api.ts";
import type { EventFeed } from "../events.ts";

/** `/events`: a stream that ends when its session does. */
export function eventRoutes(app: Api, { events }: { events: EventFeed }): void {
  app.get("/events", { schema: { summary: "Server-sent events", tags: ["events"] } }, (request, reply) => {
    const actor = actorOf(request);
    const lastEventId = request.headers["last-event-id"];
    const stands = () => app.sessionStands(request);
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
      "x-request-id": request.id,
    });
    raw.on("error", () => raw.destroy());
    const stream = { stands, actor, stream: raw };
    const leave = events.listen(stream, typeof lastEventId === "string" ? lastEventId : undefined);
    raw.on("close", leave);
  });
}
