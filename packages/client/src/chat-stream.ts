import { BerthApiError, errorFromBody } from "./error.ts";
import { readEvents, type OnComment } from "./sse.ts";
import { parseJson, type Reply } from "./transport.ts";

/** One piece of a streamed answer, with the fields callers use; engines may send more. */
export interface ChatChunk {
  readonly id?: string;
  readonly model?: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: {
      readonly role?: string | null;
      readonly content?: string | null;
      /** What a reasoning model thinks before it answers, where the engine tells it apart. */
      readonly reasoning_content?: string | null;
      readonly tool_calls?: readonly {
        readonly index: number;
        readonly id?: string;
        readonly function?: { readonly name?: string; readonly arguments?: string };
      }[];
    };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: {
    readonly prompt_tokens: number;
    readonly completion_tokens?: number;
    readonly total_tokens: number;
    /** In US dollars, from servers that tell it. */
    readonly cost?: number | null;
  } | null;
}

/** The chunks until `[DONE]`. Throws the error the stream tells, or `connection_lost` when it ends without `[DONE]`. */
export async function* chatChunks(
  reply: Reply,
  onComment?: OnComment,
): AsyncGenerator<ChatChunk, void, undefined> {
  const { status, requestId } = reply;
  for await (const { data } of readEvents(reply.text(), onComment)) {
    if (data === "[DONE]") return;
    const chunk = parseJson(data, reply);
    const error = errorFromBody(chunk, { status, requestId });
    if (error !== undefined) throw error;
    // The usage chunk of some servers has no choices at all.
    yield { choices: [], ...(chunk as Partial<ChatChunk>) };
  }
  throw new BerthApiError("connection_lost", "the answer broke off before its end", { status, requestId });
}
