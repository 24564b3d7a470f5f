import type { Services } from "../services/services.ts";
import type { Handlers } from "./handler.ts";

type ServiceRoute =
  | "listServices"
  | "createService"
  | "previewService"
  | "getService"
  | "stopService"
  | "restartService"
  | "deleteService"
  | "listServiceEvents"
  | "getServiceLogs";

export function serviceHandlers(services: Services): Pick<Handlers, ServiceRoute> {
  return {
    listServices: async ({ query }) => ({ data: await services.list({ all: query.all === "true" }) }),
    createService: ({ body }, { signal }) => services.create(body, signal),
    previewService: ({ body }, { signal }) => services.preview(body, signal),
    getService: ({ params }) => services.get(params.id),
    stopService: ({ params }) => services.stop(params.id),
    restartService: ({ params, body }, { signal }) => services.restart(params.id, signal, body),
    deleteService: ({ params }, { signal }) => services.delete(params.id, signal),
    listServiceEvents: async ({ params }) => ({ data: [...(await services.events(params.id))] }),
    getServiceLogs: async ({ params, query }, { signal }) => {
      // an unknown service is refused before the first chunk
      const { id } = await services.get(params.id);
      return services.logs(id, { tailLines: query.tail, follow: query.follow === "true" }, signal);
    },
  };
}
