import {
  parsePythonLiteral,
  PythonSyntaxError,
  type PythonValue,
  writePythonLiteral,
} from "@berth/std/python-literal";
import { readConversation, textMessages } from "../../prompts/conversation.ts";
import type { Usage } from "../../openai/shapes.ts";
import { fieldsOf } from "../fields-of.ts";
import type { ProviderCall } from "../provider.ts";
import type { TextRequest } from "../text-request.ts";
import { usageOf } from "../usage-of.ts";
import type { GradioApp, GradioFunction } from "./gradio-app.ts";
import { appFailure, broken, isOfKey } from "./gradio-failure.ts";

const answering: readonly string[] = ["submit_nochat_api", "submit_nochat_plain_api"];

/** The function with which an h2oGPT answers; `undefined` where it is another app. */
export function h2oGptFunction(
  { functions }: GradioApp,
  apiName: string | undefined,
): GradioFunction | undefined {
  const wanted = apiName?.replace(/^\//, "");
  if (wanted !== undefined && !answering.includes(wanted)) return undefined;
  const names = wanted === undefined ? answering : [wanted];
  return names.map((name) => functions.find((each) => each.name === name)).find((each) => each !== undefined);
}

/** What only shapes an answer: callers may set these wherever an h2oGPT is. */
const harmless: readonly string[] = [
  "repetition_penalty",
  "min_p",
  "num_beams",
  "min_new_tokens",
  "early_stopping",
  "max_time",
  "prompt_type",
  "prompt_dict",
  "add_chat_history_to_context",
  "min_max_new_tokens",
  "max_input_tokens",
  "max_total_input_tokens",
  "guided_json",
  "guided_regex",
  "guided_choice",
];

/**
 * Its own fields of a request that callers may set. With others it reads collections of documents, runs agents and what
 * they write, or calls addresses: who set up the provider says which of them.
 */
export function h2oGptFields({ options }: ProviderCall["upstream"]["target"]): readonly string[] {
  return [...harmless, ...(options.callerFields ?? [])];
}

/** The inputs: states, and one text that is a Python dictionary. */
export function h2oGptInputs(
  called: GradioFunction,
  request: TextRequest,
  call: ProviderCall,
): readonly unknown[] {
  const { upstream, stream } = call;
  const { maxTokens, temperature, topP, topK, seed } = request;
  const own = Object.fromEntries(h2oGptFields(upstream.target).map((name) => [name, call.request[name]]));
  const told: Readonly<Record<string, unknown>> = {
    ...own,
    ...saidTo(request),
    // an app whose models nobody has named is called by the provider's name: its first model answers
    visible_models: upstream.model === upstream.target.provider ? undefined : upstream.model,
    h2ogpt_key: keyOf(upstream.target.auth),
    stream_output: stream,
    max_new_tokens: maxTokens,
    do_sample: temperature === undefined ? undefined : temperature > 0,
    temperature,
    top_p: topP,
    top_k: topK,
    seed,
  };
  const given = Object.entries(told).filter(([, value]) => value !== undefined && value !== null);
  const argument = writePythonLiteral(Object.fromEntries(given) as Readonly<Record<string, PythonValue>>);
  return called.inputs.map(({ type }) => (type === "state" ? null : argument));
}

function saidTo({ asked }: TextRequest): Readonly<Record<string, unknown>> {
  // continued as it is, not asked in a prompt of the model's
  if (asked.kind === "prompt") return { instruction: asked.prompt, prompt_type: "plain" };
  const { system, turns, last } = readConversation(textMessages(asked.messages));
  return {
    instruction: last,
    chat_conversation: turns.map(({ user, answer }) => [user, answer]),
    system_prompt: system,
  };
}

/** The credential is h2oGPT's key, whatever header shows it to what may stand before the app. */
function keyOf(auth: ProviderCall["upstream"]["target"]["auth"]): string | undefined {
  return auth.kind === "header" ? auth.value.replace(/^(?:Bearer|Token|Key) +/i, "") : undefined;
}

export interface H2oGptReply {
  /** So far. */
  readonly text: string;
  readonly usage: Usage | undefined;
}

/** Throws ProviderFailure for an error, which comes as a reply like any other. */
export function readH2oGptReply(outputs: readonly unknown[]): H2oGptReply {
  const { response, error, error_ex: thrown, save_dict: saved } = fieldsOf(literal(outputs[0]));
  for (const said of [error, thrown]) if (typeof said === "string" && said !== "") throw appFailure(said);
  // a stream says it before it says that it is an error
  if (typeof response === "string" && isOfKey(response)) throw appFailure(response);
  if (typeof response !== "string") throw broken("its reply holds no `response`");
  const { num_prompt_tokens: input, ntokens: output } = fieldsOf(fieldsOf(saved)["extra_dict"]);
  return {
    text: response,
    usage:
      typeof input === "number" && typeof output === "number"
        ? usageOf({
            input,
            output,
            cached: undefined,
            cacheWrite: undefined,
            reasoning: undefined,
            cache: "in input",
            thought: "in output",
          })
        : undefined,
  };
}

function literal(text: unknown): unknown {
  try {
    return parsePythonLiteral(String(text));
  } catch (error) {
    if (!(error instanceof PythonSyntaxError)) throw error;
    throw broken(`its reply is no Python dictionary: ${String(text).slice(0, 200)}`, error);
  }
}
