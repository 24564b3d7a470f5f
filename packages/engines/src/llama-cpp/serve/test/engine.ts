import { mkdtemp, rm } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demoModelFile, demoModelRepo } from "@berth/demo-model";
import type { LlamaCppConfig } from "../../config.ts";
import { serveLlamaCpp, type ServeOptions } from "../serve-llama-cpp.ts";

/** The demo model behind a Unix socket, as tests need it. */

export function pilotConfig(change: Partial<LlamaCppConfig> = {}): LlamaCppConfig {
  return {
    modelPath: demoModelFile,
    servedName: demoModelRepo,
    task: "text-generation",
    contextTokens: null,
    maxInputTokens: null,
    parallel: 4,
    threads: 1,
    gpuLayers: null,
    lora: [],
    batchTokens: 512,
    flashAttention: "auto",
    cacheType: "f16",
    ...change,
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  /** The body as JSON, loosely: tests look at what they expect to be there. */
  readonly json: Loose;
  /** The JSON of each server-sent event, without `[DONE]`. */
  readonly events: readonly Loose[];
  /** The transfer broke off before its end. */
  readonly broken: boolean;
}

// oxlint-disable-next-line typescript/no-explicit-any -- assertions say what the shape is
export type Loose = any;

export interface TestEngine {
  readonly socketPath: string;
  readonly get: (path: string) => Promise<Reply>;
  readonly post: (path: string, body: unknown, options?: PostOptions) => Promise<Reply>;
  readonly close: () => Promise<void>;
}

export interface PostOptions {
  readonly signal?: AbortSignal;
  /** Called with each piece of the body as it comes. */
  readonly onData?: (text: string) => void;
}

/** Resolves when the model answers. */
export async function startEngine(
  config: LlamaCppConfig,
  options: Partial<ServeOptions> = {},
): Promise<TestEngine> {
  const directory = await mkdtemp(join(tmpdir(), "berth-engine-"));
  const socketPath = join(directory, "engine.sock");
  const server = await serveLlamaCpp({ config, listen: { socketPath }, log: () => {}, ...options });
  await server.ready;
  return {
    ...clientOf(socketPath),
    close: async () => {
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}

export function clientOf(socketPath: string): Omit<TestEngine, "close"> {
  return {
    socketPath,
    get: (path) => exchange(socketPath, "GET", path),
    post: (path, body, options) =>
      exchange(
        socketPath,
        "POST",
        path,
        Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)),
        options,
      ),
  };
}

function exchange(
  socketPath: string,
  method: string,
  path: string,
  body?: Buffer,
  { signal, onData }: PostOptions = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      socketPath,
      method,
      path,
      agent: false,
      ...(signal === undefined ? {} : { signal }),
    });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (piece: string) => {
        text += piece;
        onData?.(piece);
      });
      // a broken transfer is a fact to look at, not a failure of the test
      incoming.on("error", () => {});
      incoming.on("close", () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          text,
          json: parsed(text),
          events: eventsOf(text),
          broken: !incoming.complete,
        }),
      );
    });
    outgoing.end(body);
  });
}

function parsed(text: string): Loose {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function eventsOf(text: string): Loose[] {
  return text
    .split("\n\n")
    .filter((event) => event.startsWith("data: ") && event !== "data: [DONE]")
    .map((event) => parsed(event.slice("data: ".length)));
}

/** The text of the streamed chat choice number `index`. */
export function streamedText({ events }: Reply, index = 0): string {
  return events
    .flatMap((event) => event.choices ?? [])
    .filter((choice) => choice.index === index)
    .map((choice) => choice.delta.content ?? "")
    .join("");
}

export function ask(question: string, more: object = {}): object {
  return { messages: [{ role: "user", content: question }], temperature: 0, ...more };
}
