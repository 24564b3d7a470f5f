import { BerthError } from "@berth/api";

export interface Translatable {
  /** Fields that the provider has words for. */
  readonly translated: readonly string[];
  /** Fields that change nothing there, whatever they say, by its documentation. */
  readonly neutral?: readonly string[];
  /** For messages. */
  readonly provider: string;
}

type Says = (value: unknown) => boolean;

const anything: Says = () => true;
const textOnly: Says = (value) => Array.isArray(value) && value.length === 1 && value[0] === "text";
const empty: Says = (value) => typeof value === "object" && value !== null && Object.keys(value).length === 0;

function only(...values: readonly unknown[]): Says {
  return (value) => values.includes(value);
}

/** Fields of OpenAI's requests that ask nothing of the model, with what they may say. Decided here for every provider. */
const neutralEverywhere: ReadonlyMap<string, Says> = new Map<string, Says>([
  // read by the gateway before any translator is asked
  ["model", anything],
  ["stream", anything],
  ["stream_options", anything],
  // for OpenAI's own records, its watch against abuse and its cache
  ["metadata", anything],
  ["user", anything],
  ["safety_identifier", anything],
  ["prompt_cache_key", anything],
  ["prompt_cache_retention", anything],
  ["store", only(false)],
  ["service_tier", only("auto", "default")],
  // what is already known of the answer: it comes sooner, and is the same
  ["prediction", anything],
  // said with these values, they say what is so without them
  ["n", only(1)],
  ["best_of", only(1)],
  ["echo", only(false)],
  ["suffix", only("")],
  ["logprobs", only(false)],
  ["top_logprobs", only(0)],
  ["logit_bias", empty],
  ["frequency_penalty", only(0)],
  ["presence_penalty", only(0)],
  ["min_p", only(0)],
  ["top_k", only(0, -1)],
  ["repetition_penalty", only(1)],
  ["stop", empty],
  ["tools", empty],
  ["functions", empty],
  ["tool_choice", only("auto", "none")],
  ["parallel_tool_calls", only(true)],
  ["modalities", textOnly],
  ["verbosity", only("medium")],
  ["encoding_format", only("float")],
  ["response_format", (value) => (value as { readonly type?: unknown } | null)?.type === "text"],
]);

/**
 * Throws BerthError `unsupported`, naming the first field of the request that says something and that nobody would pass
 * on: nothing is dropped in silence. Null is as good as absent.
 */
export function requireTranslatable(
  request: Readonly<Record<string, unknown>>,
  { translated, neutral = [], provider }: Translatable,
): void {
  requireKnown(request, [...translated, ...neutral], provider, "", neutralEverywhere);
}

/** The same of an object within the request, which stands at `at`: a message, or a part of one. */
export function requireKnown(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  provider: string,
  at: string,
  neutral: ReadonlyMap<string, Says> = new Map(),
): void {
  for (const [name, said] of Object.entries(value)) {
    if (said === null || said === undefined || known.includes(name) || neutral.get(name)?.(said) === true)
      continue;
    throw untranslatable(at === "" ? name : `${at}.${name}`, provider);
  }
}

/** `why`: what is wrong with just this, or what to do instead. */
export function untranslatable(param: string, provider: string, why = "leave it out"): BerthError {
  return new BerthError("unsupported", `${param}: ${provider} has no words for it; ${why}`, { param });
}
