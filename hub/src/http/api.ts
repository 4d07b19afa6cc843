import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { LoaError } from "@loa/kernel/errors";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { Actor } from "../ports.ts";

/** A fastify whose routes take their types from TypeBox schemas. Paths given to it are below `/api/v1`. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/**
 * A group of routes: `(app) => void`. Make one from a plug-in with its needs, e.g. `(app) => scheduleRoutes(app, deps)`.
 * Every route needs a session unless it says `config: { access: "open" }`.
 */
export type RouteSet = (app: Api) => void;

declare module "fastify" {
  interface FastifyContextConfig {
    /** `open`: nobody need be logged in. `person`: tokens do not suffice. */
    access?: "open" | "person";
  }
  interface FastifyRequest {
    actor: Actor | null;
  }
  interface FastifyInstance {
    /** Whether who asked is logged in still: for what goes on after its answer. */
    sessionStands(request: FastifyRequest): Promise<boolean>;
  }
}

/** Who asks. @throws UNAUTHENTICATED in an open route without a session */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new LoaError("UNAUTHENTICATED", "nobody is logged in");
  return request.actor;
}
