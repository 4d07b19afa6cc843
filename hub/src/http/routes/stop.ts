import { StopAnswer, StopArea } from "@loa/protocol/http/broadcasts";
import type { Stops } from "../../schedule/stops.ts";
import { type Api, actorOf } from "../api.ts";

/** `POST /stop`. */
export function stopRoutes(app: Api, { stops }: { readonly stops: Stops }): void {
  app.post(
    "/stop",
    {
      schema: {
        body: StopArea,
        response: { 202: StopAnswer },
        summary: "Silence all non-emergency sound of an area now",
        tags: ["broadcasts"],
      },
    },
    async (request, reply) => reply.code(202).send(await stops.area(actorOf(request), request.body.areaId)),
  );
}
