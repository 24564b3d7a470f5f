import {
  BerthError,
  hasEnded,
  type CreateDownload,
  type DownloadMeans,
  type RouteName,
  type Routes,
} from "@berth/api";
import { endpointHandlers } from "./endpoints.ts";
import type { MockHandler } from "./handler.ts";
import { jobHandlers } from "./jobs.ts";
import { createService, previewService } from "./launch.ts";
import { checkProfile, createProfile, getCluster, repairProfile, updateProfile } from "./profiles.ts";
import { hubRepo, searchHub } from "./hub.ts";
import { cancelImagePull, createImagePull } from "./images.ts";
import { summarize } from "./summaries.ts";
import { keyHandlers } from "./keys.ts";
import { modelRouteHandlers } from "./model-routes.ts";
import { providerHandlers } from "./providers.ts";
import { secretHandlers } from "./secrets.ts";
import { checks, settings } from "./seed-system.ts";
import { usageHandlers } from "./usage.ts";
import type { World } from "./world.ts";

type MockHandlers = { readonly [N in RouteName]?: MockHandler<Routes[N]> };

/** The management routes that the console uses, but for the log-in, which the server itself answers. */
export const handlers: MockHandlers = {
  getSystem: (_, world) => world.system,
  listSettings: () => ({ data: settings }),
  listChecks: () => ({ data: checks }),
  listProfiles: (_, world) => ({ data: world.profiles }),
  createProfile,
  updateProfile,
  getCluster,
  checkProfile,
  repairProfile,
  startLogin: ({ params }, world) => world.logins.start(world.profile(params.name).name),
  getLogin: ({ params }, world) => world.logins.get(params.name),
  answerLogin: ({ params, body }, world) => world.logins.answer(params.name, body.promptId, body.answer),
  cancelLogin: ({ params }, world) => world.logins.cancel(params.name),
  setDefaultProfile: ({ params }, world) => {
    world.profiles.splice(
      0,
      world.profiles.length,
      ...world.profiles.map((one) => ({ ...one, default: one.name === params.name })),
    );
    world.publish({ type: "profiles" });
    return found(world.profiles, params.name, "profile");
  },
  deleteProfile: ({ params }, world) => {
    remove(world.profiles, params.name, "profile");
    world.publish({ type: "profiles" });
  },

  ...providerHandlers,
  ...modelRouteHandlers,
  ...usageHandlers,
  ...endpointHandlers,
  ...jobHandlers,
  ...secretHandlers,

  listModels: (_, world) => ({ data: world.models, stale: [...world.stale] }),
  getModel: ({ params }, world) => found(world.models, params.id, "model"),
  deleteModel: ({ params }, world) => {
    remove(world.models, params.id, "model");
    world.publish({ type: "models" });
  },
  addLocalModel: ({ body }, world) => {
    if (!body.path.endsWith(".gguf"))
      throw new BerthError("unprocessable", `${body.path} is neither a GGUF file nor a model's directory`, {
        param: "path",
      });
    const base = world.models[0];
    if (base === undefined) throw new BerthError("unsupported", "the empty mock cannot add models");
    const repo = body.name ?? body.path.split("/").at(-1) ?? body.path;
    const model = {
      ...base,
      id: `local/${body.path}`,
      repo,
      path: body.path,
      location: "directory" as const,
    };
    world.models.push(model);
    world.publish({ type: "models" });
    return model;
  },
  searchHub: ({ query }, world) => {
    online(world);
    return { data: searchHub(query.q, query.task) };
  },
  getHubModel: ({ params }, world) => {
    online(world);
    return hubRepo(params.repo);
  },

  listImages: (_, world) => ({ data: world.images, stale: [...world.stale] }),
  deleteImage: ({ params }, world) => {
    remove(world.images, params.id, "image");
  },
  createImagePull,
  listImagePulls: (_, world) => ({ data: [...world.pulls.values()] }),
  cancelImagePull,

  listDownloads: (_, world) => ({ data: [...world.downloads.values()] }),
  createDownload: ({ body }, world) => {
    online(world);
    const repo = hubRepo(body.repo);
    if (repo.gated !== false)
      throw new BerthError(
        "gated_model",
        `${body.repo} is gated: accept its terms at https://huggingface.co/${body.repo} and set HF_TOKEN`,
      );
    const variant = repo.variants.find((one) =>
      body.variant === undefined ? one.recommended : one.name === body.variant,
    );
    if (variant === undefined)
      throw new BerthError("unprocessable", `no variant ${body.variant ?? ""}`, { param: "variant" });
    const id = world.newId("dl_");
    world.downloads.set(id, {
      id,
      repo: body.repo,
      revision: body.revision ?? "main",
      commit: repo.revision,
      profile: body.profile ?? "local",
      variant: variant.name,
      files: variant.files,
      status: "RUNNING",
      statusReason: null,
      bytesDone: 0,
      bytesTotal: variant.sizeBytes,
      bytesPerSecond: null,
      etaSeconds: null,
      createdAt: Date.now(),
      updatedAt: Date.now(),
      modelId: null,
      ...(world.profile(body.profile ?? "local").schema === "slurm" ? { means: meansOf(body) } : {}),
    });
    return world.changeDownload(id, {});
  },
  getDownload: ({ params }, world) => world.download(params.id),
  cancelDownload: ({ params }, world) =>
    world.changeDownload(params.id, { status: "CANCELLED", bytesPerSecond: null, etaSeconds: null }),
  resumeDownload: ({ params }, world) =>
    world.changeDownload(params.id, { status: "RUNNING", statusReason: null }),
  deleteDownload: ({ params }, world) => {
    world.downloads.delete(params.id);
  },

  summarize: ({ body }, world, signal) => summarize(body, world, signal),

  listServices: ({ query }, world) => ({
    data: [...world.services.values()].filter((one) => query.all === "true" || !hasEnded(one.status)),
  }),
  createService,
  previewService,
  getService: ({ params }, world) => world.service(params.id),
  stopService: ({ params }, world) => world.changeService(params.id, { status: "STOPPING" }, "Asked to stop"),
  restartService: ({ params, body }, world) => {
    const { lora: before, ...options } = world.service(params.id).options;
    const lora = body?.options?.lora ?? before ?? [];
    return world.changeService(
      params.id,
      {
        options: lora.length === 0 ? options : { ...options, lora },
        status: "SUBMITTED",
        statusReason: null,
        logTail: null,
        endedAt: null,
        port: 8090,
      },
      "Asked to start again",
    );
  },
  deleteService: ({ params }, world) => {
    const service = world.service(params.id);
    if (!hasEnded(service.status))
      throw new BerthError("conflict", `${service.name} is ${service.status}; stop it first`);
    world.removeService(service.id);
  },
  listServiceEvents: ({ params }, world) => {
    const { id } = world.service(params.id);
    return { data: world.events.filter((event) => event.serviceId === id) };
  },
  getServiceLogs: ({ params, query }, world, signal) =>
    logLines(world, world.service(params.id).id, query.tail, query.follow === "true", signal),

  ...keyHandlers,

  listConversations: (_, world) => ({ data: [...world.conversations.values()] }),
  createConversation: ({ body }, world) => {
    const at = Date.now();
    const conversation = { ...body, id: world.newId("conv_"), createdAt: at, updatedAt: at };
    world.conversations.set(conversation.id, conversation);
    world.publish({ type: "conversations" });
    return conversation;
  },
  getConversation: ({ params }, world) => found([...world.conversations.values()], params.id, "conversation"),
  updateConversation: ({ params, body }, world) => {
    const before = found([...world.conversations.values()], params.id, "conversation");
    const after = { ...before, ...body, updatedAt: Date.now() };
    world.conversations.set(after.id, after);
    world.publish({ type: "conversations" });
    return after;
  },
  deleteConversation: ({ params }, world) => {
    world.conversations.delete(params.id);
    world.publish({ type: "conversations" });
  },
};

function meansOf({ asJob = false, stage = false }: CreateDownload): DownloadMeans {
  if (stage) return "staged";
  return asJob ? "slurm-job" : "login-node";
}

function found<T extends { id: string }>(list: readonly T[], id: string, noun: string): T {
  const one = list.find((candidate) => candidate.id === id);
  if (one === undefined) throw new BerthError("not_found", `no ${noun} ${id}`);
  return one;
}

function remove<T extends { id: string }>(list: T[], id: string, noun: string): void {
  list.splice(list.indexOf(found(list, id, noun)), 1);
}

function online(world: World): void {
  if (world.system.hub.offline)
    throw new BerthError("offline", "HF_HUB_OFFLINE is set: Berth does not reach the hub");
}

async function* logLines(
  world: World,
  id: string,
  tail: number | undefined,
  follow: boolean,
  signal: AbortSignal,
): AsyncIterable<string> {
  const lines = world.logs.get(id) ?? [];
  let next = lines.length;
  yield lines
    .slice(tail === undefined ? 0 : -tail)
    .map((line) => `${line}\n`)
    .join("");
  while (follow && !signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = world.logs.get(id) ?? [];
    for (; next < now.length; next += 1) yield `${now[next] ?? ""}\n`;
  }
}
