import { textMessages } from "../../prompts/conversation.ts";
import type { ProviderCall } from "../provider.ts";
import { ProviderFailure } from "../provider-failure.ts";
import { promptFor, type TextRequest } from "../text-request.ts";

export interface Invocation {
  readonly body: string;
  /** What ends the answer; the container is told of the first. */
  readonly stops: readonly string[];
  readonly spaceBeforeAnswer: boolean;
}

/** TGI takes no more unless told to, and refuses the request. */
const mostStops = 4;
/** What the service takes, as its model in AWS's SDKs has it. */
const maxBodyBytes = 6 * 1024 * 1024;

/**
 * What a container is asked. Throws ProviderFailure `too_long` for more than SageMaker takes, BerthError `unsupported` for
 * what it has no words for.
 */
export function invocation(request: TextRequest, call: ProviderCall): Invocation {
  const { inputs, stops: own, spaceBeforeAnswer } = inputsOf(request, call);
  const { maxTokens, temperature, topP, topK, seed } = request;
  const stops = [...request.stops, ...own];
  const parameters = {
    max_new_tokens: maxTokens,
    // containers want numbers that do something: nought is no sampling at all
    do_sample: temperature === undefined ? undefined : temperature > 0,
    temperature: temperature === 0 ? undefined : temperature,
    top_p: topP === 1 ? undefined : topP,
    top_k: topK === 0 ? undefined : topK,
    seed,
    stop: stops.length === 0 ? undefined : stops.slice(0, mostStops),
    return_full_text: false,
  };
  const body = JSON.stringify({ inputs, parameters, stream: call.stream ? true : undefined });
  const bytes = Buffer.byteLength(body);
  if (bytes > maxBodyBytes)
    throw new ProviderFailure({
      kind: "too_long",
      message: `the request is of ${bytes} bytes, and SageMaker takes no more than 6 MB (${maxBodyBytes})`,
      param: request.asked.kind === "messages" ? "messages" : "prompt",
    });
  return { body, stops, spaceBeforeAnswer };
}

/** A chat is a list of dialogues, of which there is one. */
function inputsOf(
  request: TextRequest,
  call: ProviderCall,
): { readonly inputs: unknown; readonly stops: readonly string[]; readonly spaceBeforeAnswer: boolean } {
  const { asked } = request;
  if (asked.kind === "messages" && call.upstream.target.options.chat === true)
    return { inputs: [textMessages(asked.messages)], stops: [], spaceBeforeAnswer: false };
  const { prompt, ...rendered } = promptFor(request, call);
  return { inputs: prompt, ...rendered };
}
