import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { Problem } from "@loa/protocol/http/problem";
import type { FastifyInstance } from "fastify";

/** Describes every route registered after it: OpenAPI 3.1 at `/api/v1/openapi.json`, browsable at `/api/docs`. */
export async function describe(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Loa hub",
        version,
        description: "Errors are RFC 9457 problem details; see docs/errors.md.",
      },
      components: {
        securitySchemes: { session: { type: "apiKey", in: "cookie", name: "loa_session" } },
        schemas: { Problem: JSON.parse(JSON.stringify(Problem)) },
      },
      security: [{ session: [] }],
    },
    transform: ({ schema, url }) => ({
      schema: { ...schema, hide: schema?.hide || !url.startsWith("/api/v1/") },
      url,
    }),
    transformObject: (document) =>
      withProblems("openapiObject" in document ? document.openapiObject : {}) as never,
  });
  await app.register(swaggerUi, { routePrefix: "/api/docs", staticCSP: false });
  app.get("/api/v1/openapi.json", { schema: { hide: true } }, () => app.swagger());
}

interface Operation {
  responses?: Record<string, unknown>;
}

/** Any operation may answer with a problem. */
function withProblems(document: object): object {
  const { paths = {} } = document as { paths?: Record<string, Record<string, Operation>> };
  const answer = {
    description: "A problem",
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
  for (const operations of Object.values(paths))
    for (const operation of Object.values(operations))
      operation.responses = { ...operation.responses, default: answer };
  return document;
}
