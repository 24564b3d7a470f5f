import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { inspect } from "node:util";
import { BerthError, engineHealthPath, isBerthError, type EngineHealth } from "@berth/api";
import { createServer } from "@berth/std/node-http";
import { sendJson, tellFailure } from "../../../serving/exchange.ts";
import { addressOf, listen, type ListenAt } from "../../../serving/listen.ts";
import type { AudioDecoder } from "../../../speech/audio/decoder.ts";
import type { PipelineConfig } from "../../config.ts";
import { describeTask } from "./describe-task.ts";
import type { OpenPipeline } from "./open-pipeline.ts";
import { PipelineDesk } from "./pipeline-desk.ts";

export interface ServePipelineOptions {
  readonly config: PipelineConfig;
  readonly listen: ListenAt;
  readonly decoder: AudioDecoder;
  /** Loads the model. */
  readonly open: () => Promise<OpenPipeline>;
  /** Where sounds lie while they are decoded; the system's own place when absent. */
  readonly directory?: string | undefined;
  /** Standard error when absent. */
  readonly log?: ((line: string) => void) | undefined;
}

export interface PipelineServer {
  /** Where it listens: the socket's path or the port. */
  readonly address: string | number;
  /** Resolves when the model works; rejects with a BerthError when it never will. Wait for it, or handle it. */
  readonly ready: Promise<OpenPipeline>;
  /** Stops listening and ends what is in progress. Resolves when the model's memory is free. */
  close(): Promise<void>;
}

type Handle = (exchange: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
}) => Promise<void> | void;

/**
 * Serves one of the Hub's tasks: `/predict`, `/healthcheck`, `/v1/models` and `/health`. Resolves as soon as it listens,
 * while the model is still loading: until then the health paths say so, and calls are refused.
 */
export async function servePipeline(options: ServePipelineOptions): Promise<PipelineServer> {
  const { config, decoder, directory = tmpdir(), open } = options;
  const log = options.log ?? ((line) => void process.stderr.write(`${line}\n`));
  const desk = new PipelineDesk(config, decoder, directory);
  const closing = new AbortController();
  let opened: OpenPipeline | undefined;
  const routes = routesOf(desk, () => opened);
  const server = createServer((request, response) => {
    void answer(request, response, { routes, closing: closing.signal, log });
  });
  server.keepAliveTimeout = 75_000;
  // a large file may take its time; the gateway, and the runner's front, know how long
  server.requestTimeout = 0;
  await listen(server, options.listen);
  const ready = open().then((loaded) => {
    opened = loaded;
    log(`ready: ${config.servedName} for ${config.task}, ${config.threads} threads`);
    return loaded;
  });
  return {
    address: addressOf(server),
    ready,
    close: async () => {
      closing.abort(new BerthError("shutting_down", "the engine is shutting down"));
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const loaded = await ready.catch(() => undefined);
      // a model that is closed while it works is none that ends well
      await desk.settled();
      await loaded?.pipeline.dispose();
      server.closeAllConnections();
      await closed;
    },
  };
}

type Routes = Readonly<Record<string, Readonly<Partial<Record<"GET" | "POST", Handle>>>>>;

function routesOf(desk: PipelineDesk, opened: () => OpenPipeline | undefined): Routes {
  const { config, form } = desk;
  const ready = (): OpenPipeline => {
    const loaded = opened();
    if (loaded !== undefined) return loaded;
    throw new BerthError("service_unavailable", "the model is not ready: it is loading");
  };
  return {
    "/predict": {
      GET: ({ response }) => sendJson(response, 200, describeTask(form, config.servedName)),
      POST: ({ request, response, signal }) => desk.predict(ready(), request, response, signal),
    },
    "/healthcheck": {
      GET: ({ response }) => {
        ready();
        sendJson(response, 200, { status: "ok", task: form.task, model: config.servedName });
      },
    },
    [engineHealthPath]: { GET: ({ response }) => tellHealth(response, opened() !== undefined) },
    "/v1/models": { GET: ({ response }) => sendJson(response, 200, modelList(config, ready())) },
  };
}

function tellHealth(response: ServerResponse, isReady: boolean): void {
  const body: EngineHealth = {
    status: isReady ? "ready" : "loading",
    progress: isReady ? null : { message: "loading the model", fraction: null },
    contextTokens: null,
    parallel: isReady ? 1 : null,
  };
  sendJson(response, isReady ? 200 : 503, body);
}

function modelList({ servedName }: PipelineConfig, { loadedAt }: OpenPipeline): object {
  const model = { id: servedName, object: "model", created: Math.floor(loadedAt / 1000), owned_by: "berth" };
  return { object: "list", data: [model] };
}

interface Answering {
  readonly routes: Routes;
  readonly closing: AbortSignal;
  readonly log: (line: string) => void;
}

/** Never rejects: whatever goes wrong is told to the client, if it is still there. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { routes, closing, log }: Answering,
): Promise<void> {
  const left = new AbortController();
  response.on("close", () => left.abort(new BerthError("client_closed", "the client left")));
  response.on("error", () => response.destroy());
  try {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const methods = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (methods === undefined)
      throw new BerthError("not_found", `there is no ${path} here: a pipeline is called by POST /predict`);
    const handle =
      request.method === "GET" || request.method === "POST" ? methods[request.method] : undefined;
    if (handle === undefined) {
      const allowed = Object.keys(methods).join(", ");
      response.setHeader("allow", allowed);
      throw new BerthError(
        "method_not_allowed",
        `${path} takes ${allowed}, not ${request.method ?? "nothing"}`,
      );
    }
    await handle({ request, response, signal: AbortSignal.any([left.signal, closing]) });
  } catch (error) {
    if (!isBerthError(error)) log(`failed: ${inspect(error)}`);
    tellFailure(response, error);
  }
}
