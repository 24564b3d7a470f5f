import type { RequestMessage } from "@berth/api/openai";
import { readConversation, textMessages } from "../../prompts/conversation.ts";
import type { RenderedPrompt } from "../../prompts/render-prompt.ts";
import type { ProviderCall } from "../provider.ts";
import { untranslatable } from "../require-translatable.ts";
import { promptFor, type TextRequest } from "../text-request.ts";

export interface ReplicateInput {
  readonly input: Readonly<Record<string, unknown>>;
  /** What ends the answer; the model is told of those it can be told. */
  readonly stops: readonly string[];
  readonly spaceBeforeAnswer: boolean;
}

/**
 * A model's `input`. Each model has names of its own; those it does not know, Replicate leaves out (replicate/cog, pull
 * request 2943), so the usual ones are sent side by side. Throws BerthError `unsupported` for what it has no words for.
 */
export function replicateInput(request: TextRequest, call: ProviderCall): ReplicateInput {
  const { maxTokens, temperature, topP, topK, seed } = request;
  const { stops: own, spaceBeforeAnswer, ...said } = saidBy(request, call);
  const stops = [...request.stops, ...own];
  // a list with commas between: one that holds a comma cannot be told
  const told = stops.filter((stop) => !stop.includes(","));
  const input = {
    ...said.input,
    max_tokens: maxTokens,
    max_new_tokens: maxTokens,
    max_length: maxTokens,
    max_completion_tokens: maxTokens,
    // some divide by it
    temperature: temperature === undefined ? undefined : Math.max(temperature, 0.01),
    top_p: topP,
    top_k: topK,
    seed,
    stop_sequences: told.length === 0 ? undefined : told.join(","),
  };
  return { input, stops, spaceBeforeAnswer };
}

interface Said extends Pick<RenderedPrompt, "stops" | "spaceBeforeAnswer"> {
  readonly input: Readonly<Record<string, unknown>>;
}

function saidBy(request: TextRequest, call: ProviderCall): Said {
  const { asked } = request;
  const { upstream } = call;
  if (asked.kind === "messages" && upstream.target.options.chat === true)
    return { input: { messages: textMessages(asked.messages) }, stops: [], spaceBeforeAnswer: false };
  if (asked.kind === "messages" && upstream.prompt === null)
    return { input: oneQuestion(asked.messages, upstream.id), stops: [], spaceBeforeAnswer: false };
  const { prompt, ...rendered } = promptFor(request, call);
  // what is rendered must not be put into the model's own template once more
  return { input: { prompt, prompt_template: "{prompt}" }, ...rendered };
}

/** A model that writes its prompts itself takes a question and a system prompt, and no conversation. */
function oneQuestion(messages: readonly RequestMessage[], id: string): Readonly<Record<string, unknown>> {
  const { system, turns, last } = readConversation(textMessages(messages));
  if (turns.length > 0)
    throw untranslatable(
      "messages",
      "replicate",
      `this model takes one question: set \`prompt\` of ${id}, or the provider's option \`chat\` if the model takes messages`,
    );
  return { prompt: last, system_prompt: system };
}
