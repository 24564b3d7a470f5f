import { BerthApiError } from "./error.ts";

/** A body as the platform gives it: browsers have readers, Node's streams are iterable. */
export type Body = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

export interface BodyContext {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The body as it comes. Leaving early cancels the transfer. */
export async function* readBytes(
  body: Body | null,
  context: BodyContext,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  try {
    yield* pieces(body);
  } catch (cause) {
    context.signal?.throwIfAborted();
    throw new BerthApiError("connection_lost", "the answer broke off", { ...context, cause });
  }
}

/** Decodes the body's text as it comes; characters may be split over pieces. Leaving early cancels the transfer. */
export async function* readText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  for await (const piece of bytes) {
    const text = decoder.decode(piece, { stream: true });
    if (text !== "") yield text;
  }
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

/** The whole body as it came. */
export async function wholeBytes(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of bytes) all.push(piece);
  const whole = new Uint8Array(all.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const bytes of all) {
    whole.set(bytes, at);
    at += bytes.byteLength;
  }
  return whole;
}

export async function wholeText(text: AsyncIterable<string>): Promise<string> {
  let whole = "";
  for await (const piece of text) whole += piece;
  return whole;
}

// Not every browser can iterate a ReadableStream.
async function* pieces(body: Body): AsyncGenerator<Uint8Array, void, undefined> {
  if (!("getReader" in body)) {
    yield* body;
    return;
  }
  const reader = body.getReader();
  let finished = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      finished = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!finished) await reader.cancel().catch(() => undefined);
  }
}
