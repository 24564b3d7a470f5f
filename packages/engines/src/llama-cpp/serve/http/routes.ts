import { BerthError, engineHealthPath, type EngineHealth, type Task } from "@berth/api";
import type { ChatTemplate } from "../chat/chat-template.ts";
import type { LlamaHost } from "../core/host.ts";
import { chat } from "./chat.ts";
import { completions } from "./completions.ts";
import { embeddings } from "./embeddings.ts";
import { sendJson, type Exchange } from "../../../serving/exchange.ts";
import { rerank } from "./rerank.ts";
import { tokenize } from "./tokenize.ts";

/** How far the engine is. */
export type EngineState =
  | { readonly kind: "loading"; readonly message: string; readonly fraction: number | null }
  | { readonly kind: "ready"; readonly host: LlamaHost; readonly template: ChatTemplate };

export interface Route {
  readonly method: "GET" | "POST";
  readonly handle: (exchange: Exchange) => Promise<void> | void;
}

const modelsPath = "/v1/models";

/** The route of a path, `undefined` for one that there is not. It looks at the state when a request comes, not before. */
export function routeOf(path: string, state: () => EngineState): Route | undefined {
  if (path === engineHealthPath)
    return { method: "GET", handle: ({ response }) => health(state(), response) };
  if (path === modelsPath || path.startsWith(`${modelsPath}/`))
    return { method: "GET", handle: (exchange) => models(path, ready(state()).host, exchange) };
  const work = workOf[path];
  if (work === undefined) return undefined;
  return {
    method: "POST",
    handle: (exchange) => {
      const { host, template } = ready(state());
      refuseOtherTask(path, work.tasks, host.facts.task);
      return work.handle(host, template, exchange);
    },
  };
}

interface Work {
  readonly tasks: readonly Task[];
  readonly handle: (host: LlamaHost, template: ChatTemplate, exchange: Exchange) => Promise<void> | void;
}

const workOf: Readonly<Record<string, Work>> = {
  "/v1/chat/completions": { tasks: ["text-generation"], handle: chat },
  "/v1/completions": {
    tasks: ["text-generation"],
    handle: (host, _, exchange) => completions(host, exchange),
  },
  "/v1/embeddings": {
    tasks: ["feature-extraction", "text-generation"],
    handle: (host, _, exchange) => embeddings(host, exchange),
  },
  "/tokenize": {
    tasks: ["text-generation", "feature-extraction", "text-ranking"],
    handle: (host, _, exchange) => tokenize(host, exchange),
  },
  "/v1/rerank": { tasks: ["text-ranking"], handle: (host, _, exchange) => rerank(host, exchange) },
};

function ready(state: EngineState): Extract<EngineState, { kind: "ready" }> {
  if (state.kind === "ready") return state;
  const far = state.fraction === null ? "" : ` (${Math.floor(state.fraction * 100)} %)`;
  throw new BerthError("service_unavailable", `the model is not ready: ${state.message}${far}`);
}

function refuseOtherTask(path: string, tasks: readonly Task[], task: Task): void {
  if (tasks.includes(task)) return;
  throw new BerthError("unsupported", `this service does ${task}, and ${path} is for ${tasks.join(" or ")}`, {
    param: "model",
  });
}

function health(state: EngineState, response: Exchange["response"]): void {
  const body: EngineHealth =
    state.kind === "ready"
      ? {
          status: "ready",
          progress: null,
          contextTokens: state.host.facts.contextTokens,
          parallel: state.host.facts.parallel,
        }
      : {
          status: "loading",
          progress: { message: state.message, fraction: state.fraction },
          contextTokens: null,
          parallel: null,
        };
  sendJson(response, state.kind === "ready" ? 200 : 503, body);
}

function models(path: string, { facts }: LlamaHost, { response }: Exchange): void {
  const model = {
    id: facts.servedName,
    object: "model",
    created: Math.floor(facts.loadedAt / 1000),
    owned_by: "berth",
    max_model_len: facts.contextTokens,
  };
  if (path === modelsPath) return sendJson(response, 200, { object: "list", data: [model] });
  const name = decoded(path.slice(modelsPath.length + 1));
  if (name !== facts.servedName)
    throw new BerthError(
      "model_not_found",
      `there is no model "${name}" here; there is "${facts.servedName}"`,
      {
        param: "model",
      },
    );
  sendJson(response, 200, model);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
