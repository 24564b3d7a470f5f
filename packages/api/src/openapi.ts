/** The OpenAPI 3.1 document of both APIs, made from the route tables. Holds nothing that they do not say. */
import { openAiRoutes, type OpenAiRoute } from "./openai/routes.ts";
import { componentSchemas } from "./openapi/component-schemas.ts";
import type { Method, OpenApiDocument, Operation } from "./openapi/document.ts";
import { managementOperation, openAiOperation } from "./openapi/operation.ts";
import { securitySchemes } from "./openapi/security.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes.ts";

export type { OpenApiDocument, Operation } from "./openapi/document.ts";

export interface OpenApiOptions {
  readonly version: string;
  /** Where the server answers, without a trailing slash: `http://127.0.0.1:8000`. */
  readonly serverUrl: string;
}

export function openApiDocument({ version, serverUrl }: OpenApiOptions): OpenApiDocument {
  const components = componentSchemas();
  const paths: Record<string, Partial<Record<Method, Operation>>> = {};
  const add = (route: Route | OpenAiRoute, operation: Operation): void => {
    (paths[route.path] ??= {})[route.method.toLowerCase() as Method] = operation;
  };
  for (const [name, route] of Object.entries<Route>(routes))
    add(route, managementOperation(name, route, components));
  for (const [name, route] of Object.entries<OpenAiRoute>(openAiRoutes))
    add(route, openAiOperation(name, route, components));
  const tags = new Set(Object.values<Route>(routes).map((route) => route.tag));
  return {
    openapi: "3.1.0",
    info: {
      title: "Berth",
      version,
      description: "Management under `/api/v1`; inference, as OpenAI's API has it, under `/v1`.",
      license: { name: "Apache License 2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: serverUrl }],
    tags: [...tags, "inference"].map((name) => ({ name })),
    paths,
    components: { schemas: components.schemas, securitySchemes },
  };
}
