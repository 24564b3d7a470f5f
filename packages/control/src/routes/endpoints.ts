import { type Endpoint, nobodysOwner } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { EndpointControl } from "../endpoints/endpoint-control.ts";
import type { HardwarePresets } from "../endpoints/hardware-presets.ts";
import type { Orderer } from "../endpoints/find-callable.ts";
import type { StoredSecrets } from "../endpoints/stored-secrets.ts";
import type { HandlerContext, Handlers } from "./handler.ts";

type EndpointRoute =
  | "listEndpoints"
  | "createEndpoint"
  | "getEndpoint"
  | "updateEndpoint"
  | "renameEndpoint"
  | "deleteEndpoint"
  | "deployEndpoint"
  | "rollbackEndpoint"
  | "pauseEndpoint"
  | "resumeEndpoint"
  | "wakeEndpoint"
  | "listDeployments"
  | "listReplicas"
  | "listEndpointEvents"
  | "listEndpointMoments"
  | "getEndpointLogs";

type SecretRoute =
  | "listSecrets"
  | "putSecret"
  | "deleteSecret"
  | "listHardwarePresets"
  | "putHardwarePreset"
  | "deleteHardwarePreset";

const usualSinceSeconds = 3_600;

export function endpointHandlers(
  control: Pick<EndpointControl, "endpoints" | "logs">,
  clock: Pick<Clock, "now">,
): Pick<Handlers, EndpointRoute> {
  const { endpoints } = control;
  return {
    listEndpoints: async ({ query }) => ({ data: endpoints.list(query.owner) }),
    createEndpoint: ({ body }, context) => endpoints.create(body, orderer(context)),
    getEndpoint: async ({ params }, context) => endpoints.get(params.id, orderer(context)),
    updateEndpoint: ({ params, body }, context) => endpoints.update(params.id, body, orderer(context)),
    renameEndpoint: ({ params, body }, context) => endpoints.rename(params.id, body.name, orderer(context)),
    deleteEndpoint: ({ params }, context) => endpoints.delete(params.id, orderer(context)),
    deployEndpoint: ({ params, body }, context) =>
      endpoints.deploy(params.id, body?.wakeup ?? true, orderer(context), context.signal),
    rollbackEndpoint: ({ params, body }, context) =>
      endpoints.rollback(
        params.id,
        { number: body?.number, wakeup: body?.wakeup ?? true },
        orderer(context),
        context.signal,
      ),
    pauseEndpoint: ({ params }, context) => endpoints.pause(params.id, orderer(context)),
    resumeEndpoint: ({ params }, context) => endpoints.resume(params.id, orderer(context)),
    wakeEndpoint: async ({ params }, context) => {
      const { caller } = context;
      const { id } =
        caller === undefined ? endpoints.find(params.id) : endpoints.findCallable(params.id, caller);
      const endpoint = endpoints.wake(id, orderer(context));
      return caller === undefined || caller.scopes.includes("admin") ? endpoint : withoutSetup(endpoint);
    },
    listDeployments: async ({ params }, context) => ({
      data: endpoints.deployments(params.id, orderer(context)),
    }),
    listReplicas: async ({ params, query }, context) => ({
      data: endpoints.replicas(params.id, query.all === "true", orderer(context)),
    }),
    listEndpointEvents: async ({ params, query }, context) => ({
      data: [...(await endpoints.events(params.id, query.limit, orderer(context)))],
    }),
    listEndpointMoments: async ({ params, query }, context) => {
      const sinceMs = clock.now() - (query.sinceSeconds ?? usualSinceSeconds) * 1000;
      return { data: [...endpoints.moments(params.id, sinceMs, orderer(context))] };
    },
    getEndpointLogs: async ({ params, query }, context) => {
      const options = { tailLines: query.tail, follow: query.follow === "true", replica: query.replica };
      return control.logs(params.id, options, orderer(context), context.signal);
    },
  };
}

export function secretHandlers(
  secrets: StoredSecrets,
  presets: HardwarePresets,
): Pick<Handlers, SecretRoute> {
  const ownerOf = (said: string | undefined, { caller }: HandlerContext): string =>
    said ?? caller?.owner ?? nobodysOwner;
  return {
    listSecrets: async ({ query }) => ({ data: secrets.list(query.owner) }),
    putSecret: ({ params, query, body }, context) =>
      secrets.put(ownerOf(query.owner, context), params.name, body),
    deleteSecret: ({ params, query }, context) => secrets.delete(ownerOf(query.owner, context), params.name),
    listHardwarePresets: async () => ({ data: [...presets.list()] }),
    putHardwarePreset: ({ params, query, body }) => presets.put(params.name, query.profile ?? null, body),
    deleteHardwarePreset: ({ params, query }) => presets.delete(params.name, query.profile ?? null),
  };
}

/** Who may call an endpoint need not know how it is made: its environment may hold what is meant for nobody. */
function withoutSetup(endpoint: Endpoint): Endpoint {
  return {
    ...endpoint,
    configuration: { ...endpoint.configuration, template: null, secrets: [], hubSecret: null },
  };
}

function orderer({ caller }: HandlerContext): Orderer {
  return { keyId: caller?.keyId ?? "", owner: caller?.owner };
}
