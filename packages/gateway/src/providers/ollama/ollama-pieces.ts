import { readLines } from "@berth/std/read-lines";
import { tellsTooLong } from "../../failure.ts";
import type { FinishReason, TokenLogprob, ToolCall, Usage } from "../../openai/shapes.ts";
import type { Piece } from "../pieces/piece.ts";
import { ProviderFailure } from "../provider-failure.ts";
import { parseAnswer } from "../translated-answer.ts";
import type { WireAnswer } from "../wire.ts";

/** A line of a stream, or the whole answer. */
interface OllamaLine {
  /** Of chats. */
  readonly message?: {
    readonly content?: string;
    readonly thinking?: string;
    readonly tool_calls?: readonly {
      /** Not from older releases. */
      readonly id?: string;
      readonly function: { readonly name: string; readonly arguments: unknown };
    }[];
  };
  /** Of texts that are continued. */
  readonly response?: string;
  readonly logprobs?: readonly TokenLogprob[];
  readonly done?: boolean;
  readonly done_reason?: string;
  /** Not from older releases, when they had read all of it before. */
  readonly prompt_eval_count?: number;
  readonly eval_count?: number;
  /** On a 200 too: the model has broken in the middle. */
  readonly error?: string;
}

/** What an answer says. Throws ProviderFailure when it tells of an error. */
export async function* readPieces(
  answer: WireAnswer,
  { stream, newId }: { readonly stream: boolean; readonly newId: () => string },
): AsyncGenerator<Piece> {
  let hasCalled = false;
  const lines = stream ? readLines(answer.body) : [await answer.text()];
  for await (const text of lines) {
    const line = parseAnswer(text) as OllamaLine;
    if (line.error !== undefined) {
      const kind = tellsTooLong(400, line.error) ? "too_long" : "failed";
      throw new ProviderFailure({ kind, message: line.error });
    }
    const { message, response, logprobs, done } = line;
    const calls = (message?.tool_calls ?? []).map((call): ToolCall => ({
      id: call.id ?? `call_${newId()}`,
      type: "function",
      function: { name: call.function.name, arguments: JSON.stringify(call.function.arguments ?? {}) },
    }));
    hasCalled ||= calls.length > 0;
    yield {
      text: message?.content ?? response ?? "",
      reasoning: message?.thinking,
      calls,
      tokens: logprobs,
      ...(done === true ? { finish: finishOf(line, hasCalled), usage: usageOf(line) } : {}),
    };
    if (done === true) return;
  }
}

function finishOf({ done_reason: reason }: OllamaLine, hasCalled: boolean): FinishReason {
  if (reason === "length") return "length";
  return hasCalled ? "tool_calls" : "stop";
}

function usageOf({ prompt_eval_count: input, eval_count: output }: OllamaLine): Usage | undefined {
  if (input === undefined || output === undefined) return undefined;
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}
