import { said, type Fields } from "../fields.ts";
import { validation } from "./tgi-error.ts";

export interface ReadParameters {
  /** Of a completion. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly details: boolean;
  readonly fullText: boolean;
  readonly stops: readonly string[];
  readonly seed: number | undefined;
}

/** TGI's own, where a request names none. */
const defaultMaxTokens = 100;

/** `parameters` in OpenAI's words. Throws what TGI would, in its words, and `unsupported` for what only TGI can do. */
export function readParameters(parameters: Fields, stream: boolean): ReadParameters {
  refuseTheirs(parameters, stream);
  const temperature = positive(parameters, "temperature");
  const topK = positive(parameters, "top_k");
  const topP = parameters.optionalNumber("top_p");
  if (topP !== undefined && !(topP > 0 && topP < 1)) {
    throw validation("`top_p` must be > 0.0 and < 1.0", parameters.at("top_p"));
  }
  const isSampled =
    parameters.optionalBoolean("do_sample") === true ||
    [temperature, topK, topP].some((given) => given !== undefined);
  const stops = parameters.optionalTexts("stop") ?? [];
  const seed = parameters.optionalNumber("seed");
  const request = said({
    max_tokens: positive(parameters, "max_new_tokens") ?? defaultMaxTokens,
    // unless something asks for chance, TGI takes the likeliest
    temperature: isSampled ? temperature : 0,
    top_k: topK,
    top_p: topP,
    repetition_penalty: positive(parameters, "repetition_penalty"),
    frequency_penalty: parameters.optionalNumber("frequency_penalty"),
    stop: stops.length === 0 ? undefined : stops,
    seed,
  });
  const details = parameters.optionalBoolean("details") === true;
  const fullText = parameters.optionalBoolean("return_full_text") === true;
  parameters.done();
  return { request, details, fullText, stops, seed };
}

function positive(parameters: Fields, name: string): number | undefined {
  const value = parameters.optionalNumber(name);
  if (value !== undefined && value <= 0)
    throw validation(`\`${name}\` must be strictly positive`, parameters.at(name));
  return value;
}

function refuseTheirs(parameters: Fields, stream: boolean): void {
  const best = positive(parameters, "best_of") ?? 1;
  if (best > 1 && stream) {
    throw validation("`best_of` != 1 is not supported when `stream` == True", parameters.at("best_of"));
  }
  if (best > 1) parameters.refuse("best_of", "can only be 1 here");
  for (const name of ["watermark", "decoder_input_details"]) {
    if (parameters.optionalBoolean(name) === true) parameters.refuse(name, "can only be done by TGI itself");
  }
  for (const name of ["truncate", "typical_p", "top_n_tokens", "grammar", "adapter_id"]) {
    if (parameters.any(name) !== undefined) parameters.refuse(name, "can only be done by TGI itself");
  }
}
