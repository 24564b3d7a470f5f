import type { ModelRoutes } from "../providers/model-routes.ts";
import type { Handlers } from "./handler.ts";

type ModelRouteRoute =
  | "listModelRoutes"
  | "createModelRoute"
  | "getModelRoute"
  | "exportModelRoutes"
  | "importModelRoutes"
  | "updateModelRoute"
  | "deleteModelRoute";

export function modelRouteHandlers(routes: ModelRoutes): Pick<Handlers, ModelRouteRoute> {
  return {
    listModelRoutes: async () => ({ data: routes.list() }),
    createModelRoute: ({ body }) => routes.create(body),
    getModelRoute: async ({ params }) => routes.get(params.id),
    exportModelRoutes: async () => ({ routes: routes.export() }),
    importModelRoutes: ({ body }) => routes.importAll(body.routes, body),
    updateModelRoute: ({ params, body }) => routes.update(params.id, body),
    deleteModelRoute: ({ params }) => routes.delete(params.id),
  };
}
