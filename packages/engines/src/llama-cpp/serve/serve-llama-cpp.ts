import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { inspect } from "node:util";
import { BerthError, isBerthError } from "@berth/api";
import { systemClock, type Clock } from "@berth/std/clock";
import { createServer } from "@berth/std/node-http";
import type { LlamaCppConfig } from "../config.ts";
import { ChatTemplate } from "./chat/chat-template.ts";
import type { LlamaHost } from "./core/host.ts";
import type { Log } from "./core/load.ts";
import { openLlama, type OpenOptions } from "./core/open-llama.ts";
import { tellFailure, type Exchange } from "../../serving/exchange.ts";
import { addressOf, listen, type ListenAt } from "../../serving/listen.ts";
import { readJson } from "../../serving/request-body.ts";
import { routeOf, type EngineState } from "./http/routes.ts";

export interface ServeOptions extends OpenOptions {
  readonly config: LlamaCppConfig;
  readonly listen: ListenAt;
  /** Standard error when absent. */
  readonly log?: Log | undefined;
  readonly maxBodyBytes?: number | undefined;
  readonly newId?: ((prefix: string) => string) | undefined;
  /** Makes the model; `openLlama` when absent. */
  readonly open?: ((config: LlamaCppConfig, options: OpenOptions) => Promise<LlamaHost>) | undefined;
}

export interface LlamaServer {
  /** Where it listens: the socket's path or the port. */
  readonly address: string | number;
  /** Resolves when the model answers; rejects with a BerthError when it never will. Wait for it, or handle it. */
  readonly ready: Promise<LlamaHost>;
  /** Stops listening and ends what is in progress. Resolves when the model's memory is free. */
  close(): Promise<void>;
}

const defaultMaxBodyBytes = 32 * 2 ** 20;

/**
 * Serves a GGUF model by OpenAI's API: chat, completions, embeddings, rerank, models, and `/health`. Resolves as soon as
 * it listens, while the model is still loading: until then `/health` says how far it is, and all else is refused.
 */
export async function serveLlamaCpp(options: ServeOptions): Promise<LlamaServer> {
  const { config, clock = systemClock, maxBodyBytes = defaultMaxBodyBytes, newId = randomId } = options;
  const log = options.log ?? ((line) => void process.stderr.write(`${line}\n`));
  let state: EngineState = { kind: "loading", message: "starting", fraction: null };
  const closing = new AbortController();
  const server = createServer((request, response) => {
    void answer(request, response, {
      state: () => state,
      closing: closing.signal,
      clock,
      maxBodyBytes,
      newId,
      log,
    });
  });
  server.keepAliveTimeout = 75_000;
  await listen(server, options.listen);

  const open = options.open ?? openLlama;
  const ready = open(config, {
    ...options,
    log,
    onProgress: (progress) => {
      // the library's last words may come after it is done
      if (state.kind === "loading") state = { kind: "loading", ...progress };
      options.onProgress?.(progress);
    },
  }).then((host) => {
    state = { kind: "ready", host, template: new ChatTemplate(host.facts) };
    const { contextTokens, parallel } = host.facts;
    log(`ready: ${config.modelPath}, ${parallel} x ${contextTokens} tokens, ${config.threads} threads`);
    return host;
  });
  return {
    address: addressOf(server),
    ready,
    close: async () => {
      closing.abort(new BerthError("shutting_down", "the engine is shutting down"));
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const host = await ready.catch(() => undefined);
      await host?.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Surroundings {
  readonly state: () => EngineState;
  readonly closing: AbortSignal;
  readonly clock: Clock;
  readonly maxBodyBytes: number;
  readonly newId: (prefix: string) => string;
  readonly log: Log;
}

/** Never rejects: whatever goes wrong is told to the client, if it is still there. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { state, closing, clock, maxBodyBytes, newId, log }: Surroundings,
): Promise<void> {
  const left = new AbortController();
  response.on("close", () => left.abort(new BerthError("client_closed", "the client left")));
  response.on("error", () => response.destroy());
  try {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const route = routeOf(path, state);
    if (route === undefined) throw new BerthError("not_found", `there is no ${path} here`);
    if (request.method !== route.method) {
      response.setHeader("allow", route.method);
      throw new BerthError(
        "method_not_allowed",
        `${path} takes ${route.method}, not ${request.method ?? "nothing"}`,
      );
    }
    const exchange: Exchange = {
      body: route.method === "POST" ? await readJson(request, maxBodyBytes) : undefined,
      response,
      signal: AbortSignal.any([left.signal, closing]),
      clock,
      newId,
      log,
    };
    await route.handle(exchange);
  } catch (error) {
    if (!isBerthError(error)) log(`failed: ${inspect(error)}`);
    tellFailure(response, error);
  }
}

function randomId(prefix: string): string {
  return `${prefix}${randomBytes(12).toString("hex")}`;
}
