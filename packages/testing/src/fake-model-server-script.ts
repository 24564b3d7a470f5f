/** One thing a fake model server does while it answers, in order. */
export type Step =
  | {
      readonly do: "head";
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[]>>;
    }
  /** One write of the body. */
  | { readonly do: "write"; readonly bytes: string | Uint8Array }
  /** The bytes in pieces of this size, each sent on its own. */
  | { readonly do: "write_pieces"; readonly bytes: string | Uint8Array; readonly pieceBytes: number }
  | { readonly do: "sleep"; readonly ms: number }
  /** Goes on when the promise resolves. */
  | { readonly do: "wait"; readonly for: Promise<unknown> }
  /** Says nothing more until the client leaves. */
  | { readonly do: "stall" }
  /** Ends the answer as HTTP wants it. */
  | { readonly do: "end" }
  /** Bytes as they are, without a head or frames of the server's own; then the connection is closed. */
  | { readonly do: "raw"; readonly bytes: string | Uint8Array }
  /** Closes the connection in the middle: with a reset, or as if all had been said. */
  | { readonly do: "reset" }
  | { readonly do: "close" };

export type Script = readonly Step[];

/** A whole answer in JSON. */
export function json(
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string | string[]>> = {},
): Script {
  const bytes = Buffer.from(JSON.stringify(body));
  return [
    {
      do: "head",
      status,
      headers: { "content-type": "application/json", "content-length": String(bytes.length), ...headers },
    },
    { do: "write", bytes },
    { do: "end" },
  ];
}

export const eventStreamHead: Step = {
  do: "head",
  status: 200,
  headers: { "content-type": "text/event-stream; charset=utf-8" },
};

export const done = "data: [DONE]\n\n";

/** One event of a chat's stream. */
export function chatChunk(
  delta: Readonly<Record<string, unknown>>,
  finishReason: string | null = null,
): string {
  return event({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: "fake",
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  });
}

/** The last event before `[DONE]` when usage was asked for. */
export function usageChunk(promptTokens: number, completionTokens: number): string {
  return event({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: "fake",
    choices: [],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
      prompt_tokens_details: { cached_tokens: 0 },
    },
  });
}

export function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** The events of a whole chat stream: role, words, finish reason, `[DONE]`. */
export function chatEvents(words: readonly string[]): string[] {
  return [
    chatChunk({ role: "assistant", content: "" }),
    ...words.map((content) => chatChunk({ content })),
    chatChunk({}, "stop"),
    done,
  ];
}

/** A whole chat stream, one event a write. */
export function chatStream(words: readonly string[]): Script {
  return [
    eventStreamHead,
    ...chatEvents(words).map((bytes) => ({ do: "write", bytes }) as const),
    { do: "end" },
  ];
}

/** A whole chat answer, not streamed. */
export function chatReply(content: string): Script {
  return json({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_700_000_000,
    model: "fake",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
  });
}
