import type { Script, Step } from "../fake-model-server-script.ts";
import type { Fields } from "./provider-double.ts";
import { tokensOf } from "./reply.ts";

/** A finished message as events. `breaksAfterTokens` counts deltas of text; the stream then ends with an error event. */
export function messageStream(
  message: Fields & { readonly content: readonly Fields[]; readonly usage: Fields },
  deltaUsage: "whole" | "output only",
  breaksAfterTokens: number | undefined,
  headers: Readonly<Record<string, string>>,
): Script {
  const { output_tokens: outputTokens } = message.usage;
  const start = {
    type: "message_start",
    message: {
      ...message,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...message.usage, output_tokens: 1 },
    },
  };
  const { service_tier: _tier, ...counts } = message.usage;
  const events: Fields[] = [
    start,
    ...message.content.flatMap((block, index) => blockEvents(block, index)),
    {
      type: "message_delta",
      delta: { stop_reason: message.stop_reason, stop_sequence: message.stop_sequence },
      usage: deltaUsage === "whole" ? counts : { output_tokens: outputTokens },
    },
    { type: "message_stop" },
  ];
  return [
    {
      do: "head",
      status: 200,
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-cache",
        ...headers,
      },
    },
    ...(breaksAfterTokens === undefined ? events : broken(events, breaksAfterTokens)).map((item): Step => ({
      do: "write",
      bytes: `event: ${String(item.type)}\ndata: ${JSON.stringify(item)}\n\n`,
    })),
    { do: "end" },
  ];
}

function blockEvents(block: Fields, index: number): Fields[] {
  const delta = (fragment: Fields): Fields => ({ type: "content_block_delta", index, delta: fragment });
  const started = (content_block: Fields): Fields => ({ type: "content_block_start", index, content_block });
  const stop = { type: "content_block_stop", index };
  // the first block's start is followed by a ping, as the real stream does; more may come anywhere
  const ping = index === 0 ? [{ type: "ping" }] : [];
  switch (block.type) {
    case "thinking":
      return [
        started({ type: "thinking", thinking: "", signature: "" }),
        ...ping,
        ...tokensOf(String(block.thinking)).map((thinking) => delta({ type: "thinking_delta", thinking })),
        delta({ type: "signature_delta", signature: block.signature }),
        stop,
      ];
    case "tool_use":
      return [
        started({ ...block, input: {} }),
        ...ping,
        delta({ type: "input_json_delta", partial_json: "" }),
        ...(JSON.stringify(block.input).match(/.{1,7}/gsu) ?? []).map((partial_json) =>
          delta({ type: "input_json_delta", partial_json }),
        ),
        stop,
      ];
    default:
      return [
        started({ type: "text", text: "" }),
        ...ping,
        ...tokensOf(String(block.text)).map((text) => delta({ type: "text_delta", text })),
        stop,
      ];
  }
}

function broken(events: readonly Fields[], afterTokens: number): Fields[] {
  const kept: Fields[] = [];
  let tokensLeft = afterTokens;
  for (const item of events) {
    if (isTextDelta(item)) tokensLeft -= 1;
    if (tokensLeft < 0 || item.type === "message_delta") break;
    kept.push(item);
  }
  return [...kept, { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }];
}

function isTextDelta(item: Fields): boolean {
  return item.type === "content_block_delta" && (item.delta as Fields).type === "text_delta";
}
