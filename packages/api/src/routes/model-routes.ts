import type { Route } from "../route.ts";
import {
  createModelRouteSchema,
  modelRouteSchema,
  routeImportSchema,
  updateModelRouteSchema,
} from "../resources/model-route.ts";
import { z } from "../schema.ts";
import { idParams, list } from "./shapes.ts";

/** `{id}` is a route's name, which may hold slashes. */
export const modelRouteRoutes = {
  listModelRoutes: {
    method: "GET",
    path: "/api/v1/routes",
    tag: "routes",
    summary: "List routes, and how each target stands",
    access: "admin",
    reply: "json",
    response: list(modelRouteSchema),
    status: 200,
    errors: [],
  },
  createModelRoute: {
    method: "POST",
    path: "/api/v1/routes",
    tag: "routes",
    summary: "Give a name a way of its own; it is live when this answers",
    access: "admin",
    body: createModelRouteSchema,
    reply: "json",
    response: modelRouteSchema,
    status: 201,
    errors: ["already_exists", "conflict"],
  },
  exportModelRoutes: {
    method: "GET",
    path: "/api/v1/routes/export",
    tag: "routes",
    summary: "All routes, as an import takes them",
    access: "admin",
    reply: "json",
    response: z.object({ routes: z.array(createModelRouteSchema) }),
    status: 200,
    errors: [],
  },
  importModelRoutes: {
    method: "POST",
    path: "/api/v1/routes/import",
    tag: "routes",
    summary: "Take routes over, all or none; those of the same name are replaced",
    access: "admin",
    body: z.strictObject({
      routes: z.array(createModelRouteSchema).max(10_000),
      /** Remove those that are not among them. */
      replace: z.boolean().optional(),
      /** Tell what would change, and change nothing. */
      dryRun: z.boolean().optional(),
    }),
    reply: "json",
    response: routeImportSchema,
    status: 200,
    errors: ["conflict"],
  },
  updateModelRoute: {
    method: "PATCH",
    path: "/api/v1/routes/{id}",
    tag: "routes",
    summary: "Change the route of this name; what is left out stays, null takes away",
    access: "admin",
    params: idParams,
    body: updateModelRouteSchema,
    reply: "json",
    response: modelRouteSchema,
    status: 200,
    errors: ["conflict"],
  },
  deleteModelRoute: {
    method: "DELETE",
    path: "/api/v1/routes/{id}",
    tag: "routes",
    summary: "Remove the route of this name",
    access: "admin",
    params: idParams,
    reply: "empty",
    status: 204,
    errors: [],
  },
} as const satisfies Record<string, Route>;
