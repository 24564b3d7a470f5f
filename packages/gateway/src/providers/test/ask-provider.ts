import { gunzipSync } from "node:zlib";
import { startFakeModelServer, type FakeModelServer } from "@berth/testing/fake-model-server";
import { call, provider, startRig, type Called, type CallOptions, type Rig } from "../../gateway-rig.ts";
import type { GatewayLimits } from "../../limits.ts";
import type { ChatChunk, ChatCompletion, ChatDelta } from "../../openai/shapes.ts";
import type { Behaviour, ProviderUnderTest, StartedProvider } from "./provider-under-test.ts";

/** A gateway with a route `chat` to the provider. */
export interface ProviderWorld extends AsyncDisposable {
  readonly rig: Rig;
  readonly server: StartedProvider;
  ask(body: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<Called>;
}

export interface WorldOptions {
  readonly behaviour?: Behaviour;
  readonly limits?: Partial<GatewayLimits>;
}

export async function startWorld(
  subject: ProviderUnderTest,
  { behaviour = {}, limits = {} }: WorldOptions = {},
): Promise<ProviderWorld> {
  const server = await subject.start(behaviour);
  const rig = await startRig({ limits: { maxRetryPauseMs: 0, ...limits } });
  rig.routes.route("chat", [server.upstream], { retries: 0 });
  return {
    rig,
    server,
    ask: (body, options) => call(rig.port, { body: { model: "chat", ...body }, ...options }),
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Lets the route go on to a server that is well, and answers `Hello there`. */
export async function addNext(world: ProviderWorld): Promise<FakeModelServer> {
  const next = await startFakeModelServer();
  const other = provider({ id: "two/b", url: next.url, target: { providerId: "prv-2" } });
  world.rig.routes.route("chat", [world.server.upstream, other], { retries: 0 });
  return next;
}

export function says(text: string): { readonly messages: readonly unknown[] } {
  return { messages: [{ role: "user", content: text }] };
}

export function completionOf(called: Called): ChatCompletion {
  return JSON.parse(unpacked(called)) as ChatCompletion;
}

function unpacked({ headers, bytes }: Called): string {
  return (headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString();
}

/** The events of a chat's stream but for `[DONE]`, which must be the last. */
export function chunksOf(called: Called): ChatChunk[] {
  const datas = [...unpacked(called).matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => data);
  if (datas.pop() !== "[DONE]") throw new Error(`the stream does not end in [DONE]: ${called.text}`);
  return datas.map((data) => JSON.parse(data) as ChatChunk);
}

/** What a stream says, put together. */
export interface Told {
  readonly content: string;
  readonly reasoning: string;
  readonly finishReasons: readonly string[];
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly usage: ChatChunk["usage"];
}

export function told(chunks: readonly ChatChunk[]): Told {
  const choices = chunks.flatMap((chunk) => chunk.choices).filter(({ index }) => index === 0);
  // what a filter says of its own has no delta
  const deltas = choices.map(({ delta }) => (delta as ChatDelta | undefined) ?? {});
  const calls = new Map<number, { id: string; name: string; arguments: string }>();
  for (const { index, id, function: piece } of deltas.flatMap((delta) => delta.tool_calls ?? [])) {
    const before = calls.get(index) ?? { id: "", name: "", arguments: "" };
    calls.set(index, {
      id: before.id + (id ?? ""),
      name: before.name + (piece?.name ?? ""),
      arguments: before.arguments + (piece?.arguments ?? ""),
    });
  }
  return {
    content: deltas.map(({ content }) => content ?? "").join(""),
    reasoning: deltas.map(reasoningOf).join(""),
    finishReasons: choices.map((choice) => choice.finish_reason ?? "").filter((reason) => reason !== ""),
    calls: [...calls.values()],
    usage: chunks.findLast(({ usage }) => usage !== undefined && usage !== null)?.usage,
  };
}

/** Newer vLLM calls it `reasoning`. */
export function reasoningOf(message: {
  readonly reasoning_content?: string | null;
  readonly reasoning?: unknown;
}): string {
  return message.reasoning_content ?? (typeof message.reasoning === "string" ? message.reasoning : "");
}
