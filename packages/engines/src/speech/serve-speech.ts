import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { inspect } from "node:util";
import { BerthError, isBerthError } from "@berth/api";
import { createServer } from "@berth/std/node-http";
import { tellFailure } from "../serving/exchange.ts";
import { addressOf, listen, type ListenAt } from "../serving/listen.ts";
import type { AudioDecoder } from "./audio/decoder.ts";
import type { SpeechConfig } from "./config.ts";
import { SpeechDesk } from "./http/speech-desk.ts";
import { speechRouteOf, type SpeechState } from "./http/speech-routes.ts";
import type { Recognizer } from "./recognizer.ts";

export interface ServeSpeechOptions {
  readonly config: SpeechConfig;
  readonly listen: ListenAt;
  readonly decoder: AudioDecoder;
  /** Loads the model. */
  readonly open: () => Promise<Recognizer>;
  /** Where uploads lie while they are heard; the system's own place when absent. */
  readonly directory?: string | undefined;
  /** Standard error when absent. */
  readonly log?: ((line: string) => void) | undefined;
}

export interface SpeechServer {
  /** Where it listens: the socket's path or the port. */
  readonly address: string | number;
  /** Resolves when the model hears; rejects with a BerthError when it never will. Wait for it, or handle it. */
  readonly ready: Promise<Recognizer>;
  /** Stops listening and ends what is in progress. Resolves when the model's memory is free. */
  close(): Promise<void>;
}

/**
 * Serves a speech model: OpenAI's `/v1/audio`, `/transcribe`, `/v1/models` and `/health`. Resolves as soon as it listens,
 * while the model is still loading: until then `/health` says so, and all else is refused.
 */
export async function serveSpeech(options: ServeSpeechOptions): Promise<SpeechServer> {
  const { config, decoder, directory = tmpdir(), open } = options;
  const log = options.log ?? ((line) => void process.stderr.write(`${line}\n`));
  let state: SpeechState = { kind: "loading", message: "loading the model", fraction: null };
  const desk = new SpeechDesk(config, decoder, directory);
  const closing = new AbortController();
  const server = createServer((request, response) => {
    void answer(request, response, { state: () => state, desk, closing: closing.signal, log });
  });
  server.keepAliveTimeout = 75_000;
  // a large file may take its time; the gateway, and the runner's front, know how long
  server.requestTimeout = 0;
  await listen(server, options.listen);

  const ready = open().then((recognizer) => {
    state = { kind: "ready", recognizer };
    log(`ready: ${config.servedName}, ${config.threads} threads, audio decoded by ${decoder.name}`);
    return recognizer;
  });
  return {
    address: addressOf(server),
    ready,
    close: async () => {
      closing.abort(new BerthError("shutting_down", "the engine is shutting down"));
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const recognizer = await ready.catch(() => undefined);
      // a model that is closed while it hears is none that ends well
      await desk.settled();
      await recognizer?.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Answering {
  readonly state: () => SpeechState;
  readonly desk: SpeechDesk;
  readonly closing: AbortSignal;
  readonly log: (line: string) => void;
}

/** Never rejects: whatever goes wrong is told to the client, if it is still there. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { state, desk, closing, log }: Answering,
): Promise<void> {
  const left = new AbortController();
  response.on("close", () => left.abort(new BerthError("client_closed", "the client left")));
  response.on("error", () => response.destroy());
  try {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const route = speechRouteOf(path, state, desk);
    if (route === undefined) throw new BerthError("not_found", `there is no ${path} here`);
    if (request.method !== route.method) {
      response.setHeader("allow", route.method);
      throw new BerthError(
        "method_not_allowed",
        `${path} takes ${route.method}, not ${request.method ?? "nothing"}`,
      );
    }
    await route.handle({ request, response, signal: AbortSignal.any([left.signal, closing]), log });
  } catch (error) {
    if (!isBerthError(error)) log(`failed: ${inspect(error)}`);
    tellFailure(response, error);
  }
}
