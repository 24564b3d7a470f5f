import { FakeClock } from "@berth/std/clock";
import { provider } from "../../gateway-rig.ts";
import type { ChatChunk } from "../../openai/shapes.ts";
import type { ProviderCall } from "../provider.ts";

/** A call that nothing is sent for: at a fixed time, with ids that count. */
export function fixedCall(request: Readonly<Record<string, unknown>> = {}): ProviderCall {
  let ids = 0;
  return {
    operation: "chat",
    request: { model: "asked", ...request },
    upstream: provider(),
    stream: false,
    requestId: "req-1",
    wire: {
      send: () => Promise.reject(new Error("nothing is sent")),
      openSocket: () => Promise.reject(new Error("nothing is sent")),
      farewell: () => undefined,
      signal: new AbortController().signal,
    },
    clock: new FakeClock(1_796_000_000_000),
    newId: () => String((ids += 1)),
  };
}

/** A body that comes in these pieces. */
export async function* bodyOf(...pieces: readonly string[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}

/** The choices of each chunk, and what it tells of usage, without the frame that they share. */
export async function told(chunks: AsyncIterable<ChatChunk>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const { choices, usage } of chunks) {
    const [choice] = choices;
    if (choice === undefined) all.push({ usage });
    else if (choice.finish_reason === null) all.push(choice.delta);
    else all.push({ ...choice.delta, finish: choice.finish_reason });
  }
  return all;
}
