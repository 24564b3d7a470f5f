import {
  BerthError,
  defaultQueueRules,
  defaultScaling,
  type Endpoint,
  type EndpointConfiguration,
  type Routes,
  type UpdateEndpoint,
} from "@berth/api";
import { given } from "../src/api/given.ts";
import type { MockHandler } from "./handler.ts";
import { deployment } from "./seed-deployments.ts";
import { endpoint } from "./seed-endpoints.ts";
import type { World } from "./world.ts";

type EndpointRoutes =
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
  | "getEndpointLogs"
  | "getWebhookSecret";

const noReplicas = { wanted: 0, ready: 0, starting: 0, draining: 0 };
const nothingChosen: EndpointConfiguration = {
  template: null,
  profiles: ["local"],
  hardware: null,
  secrets: [],
  hubSecret: null,
};

export const endpointHandlers: { readonly [N in EndpointRoutes]: MockHandler<Routes[N]> } = {
  getWebhookSecret: () => ({ secret: `whsec_${"Zm9ydHktdHdv".repeat(4)}` }),
  listEndpoints: (_, { endpoints }) => ({ data: [...endpoints.endpoints.values()] }),
  createEndpoint: ({ body }, world) => {
    const { name = "quiet-heron", owner = "ada" } = body;
    if ([...world.endpoints.endpoints.values()].some((one) => one.fullName === `${owner}/${name}`))
      throw new BerthError("already_exists", `an endpoint named ${owner}/${name} exists`, { param: "name" });
    const made = endpoint(Date.now(), {
      id: world.newId("ep_"),
      owner,
      name,
      ...changed(body, nothingChosen, { scaling: defaultScaling, queue: defaultQueueRules }),
      status: "CREATED",
      currentDeployment: null,
      replicas: noReplicas,
      createdAt: Date.now(),
      updatedAt: Date.now(),
    });
    world.endpoints.add(made);
    world.endpoints.tell(made.id, "order", "Created by admin");
    return made;
  },
  getEndpoint: ({ params }, { endpoints }) => endpoints.one(params.id),
  updateEndpoint: ({ params, body }, { endpoints }) => {
    const before = endpoints.one(params.id);
    const part = changed(body, before.configuration, before);
    const isOther = JSON.stringify(part.configuration) !== JSON.stringify(before.configuration);
    endpoints.tell(before.id, "order", `Changed by admin: ${Object.keys(body).join(", ")}`);
    return endpoints.change(before.id, {
      ...part,
      hasChanges: before.hasChanges || (isOther && before.currentDeployment !== null),
    });
  },
  renameEndpoint: ({ params, body: { name } }, { endpoints }) => {
    const { id, owner, fullName } = endpoints.one(params.id);
    if ([...endpoints.endpoints.values()].some((one) => one.owner === owner && one.name === name))
      throw new BerthError("already_exists", `an endpoint named ${owner}/${name} exists`, { param: "name" });
    endpoints.tell(id, "order", `Renamed by admin: ${fullName} is now ${owner}/${name}`);
    return endpoints.change(id, { name, fullName: `${owner}/${name}` });
  },
  deleteEndpoint: ({ params }, { endpoints }) => endpoints.remove(params.id),
  deployEndpoint: ({ params }, world) => roll(world, world.endpoints.one(params.id), null),
  rollbackEndpoint: ({ params, body }, world) =>
    roll(world, world.endpoints.one(params.id), body?.number ?? lastGood(world, params.id)),
  pauseEndpoint: ({ params }, { endpoints }) => {
    const { id } = endpoints.one(params.id);
    endpoints.tell(id, "order", "Paused by admin");
    return endpoints.change(id, {
      status: "PAUSED",
      statusReason: "paused by admin: calls are refused, jobs wait",
      replicas: noReplicas,
      inFlight: 0,
      waiting: 0,
    });
  },
  resumeEndpoint: ({ params }, { endpoints }) => {
    const { id } = endpoints.one(params.id);
    endpoints.tell(id, "order", "Resumed by admin");
    return endpoints.change(id, { status: "SCALED_DOWN", statusReason: null });
  },
  wakeEndpoint: ({ params }, { endpoints }) => {
    const { id, replicas } = endpoints.one(params.id);
    if (replicas.wanted > 0) return endpoints.one(id);
    endpoints.tell(id, "scaling", "0 → 1: woken by admin");
    return endpoints.change(id, {
      status: "STARTING",
      statusReason: null,
      replicas: { ...replicas, wanted: 1, starting: 1 },
      expectedReadyAt: Date.now() + 6000,
      decision: "1 replica: woken by admin",
    });
  },
  listDeployments: ({ params }, { endpoints }) => ({
    data: endpoints.deploymentsOf(endpoints.one(params.id).id),
  }),
  listReplicas: ({ params }, { endpoints }) => ({
    data: endpoints.replicasOf(endpoints.one(params.id).id),
  }),
  listEndpointEvents: ({ params }, { endpoints }) => {
    const { id } = endpoints.one(params.id);
    return { data: endpoints.events.filter((one) => one.endpointId === id) };
  },
  listEndpointMoments: ({ params, query: { sinceSeconds = 3600 } }, { endpoints }) => {
    const since = Date.now() - sinceSeconds * 1000;
    const all = endpoints.moments.get(endpoints.one(params.id).id) ?? [];
    return { data: all.filter(({ at }) => at >= since) };
  },
  getEndpointLogs: ({ params, query }, world, signal) =>
    replicaLines(world, world.endpoints.one(params.id), query.replica, query.follow === "true", signal),
};

/** What an endpoint is after an order; its configuration keeps what the order says nothing of. */
function changed(
  body: UpdateEndpoint,
  { template, profiles, hardware, secrets, hubSecret }: EndpointConfiguration,
  { scaling, queue }: Pick<Endpoint, "scaling" | "queue">,
) {
  const { description, visibility, fallback, coldStart } = body;
  return {
    ...given({ description, visibility, fallback, coldStart }),
    scaling: { ...scaling, ...given(body.scaling ?? {}) },
    queue: { ...queue, ...given(body.queue ?? {}) },
    configuration: {
      template: body.template === undefined ? template : body.template,
      profiles: body.profiles ?? profiles,
      hardware: body.hardware === undefined ? hardware : body.hardware,
      secrets: body.secrets ?? secrets,
      hubSecret: body.hubSecret === undefined ? hubSecret : body.hubSecret,
    },
  };
}

/** The last deployment that went well before the present one. */
function lastGood({ endpoints }: World, word: string): number {
  const found = endpoints
    .deploymentsOf(endpoints.one(word).id)
    .find(({ status, isCurrent }) => status === "COMPLETED" && !isCurrent);
  if (found === undefined) throw new BerthError("conflict", "no earlier deployment went well");
  return found.number;
}

function roll(world: World, one: Endpoint, rollbackTo: number | null) {
  const { endpoints } = world;
  const before = endpoints.deploymentsOf(one.id);
  const repeated = before.find(({ number }) => number === rollbackTo);
  if (rollbackTo !== null && repeated === undefined)
    throw new BerthError("not_found", `there is no deployment ${rollbackTo}`, { param: "number" });
  const number = (before[0]?.number ?? 0) + 1;
  const configuration = repeated?.configuration ?? one.configuration;
  const next = deployment({ ...one, configuration }, number, Date.now(), {
    status: "DEPLOYING",
    rollbackTo,
    concludedAt: null,
  });
  endpoints.deployments.push(next);
  endpoints.change(one.id, {
    configuration,
    status: "DEPLOYING",
    statusReason: "its first replica is being started",
    nextDeployment: number,
    hasChanges: false,
  });
  endpoints.tell(one.id, "deployment", `Deployment ${number} is ordered by admin`);
  return next;
}

async function* replicaLines(
  { endpoints }: World,
  { id }: Endpoint,
  replica: string | undefined,
  follow: boolean,
  signal: AbortSignal,
): AsyncIterable<string> {
  const names = endpoints
    .replicasOf(id)
    .filter((one) => replica === undefined || one.name === replica || one.id === replica)
    .map(({ name }) => name);
  const line = (at: number): string => {
    const name = names[at % names.length] ?? "";
    return `${name} | ${new Date().toISOString()} info  predict tokens=${(at * 37) % 300}\n`;
  };
  if (names.length === 0) return;
  let next = 0;
  do {
    for (; next < endpoints.lineCount; next += 1) yield line(next);
    await new Promise((resolve) => setTimeout(resolve, 100));
  } while (follow && !signal.aborted);
}
