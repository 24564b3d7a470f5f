import { said, type Fields } from "../fields.ts";

/** How the model is loaded there: here the service or provider has decided it. */
const loading = [
  "num_ctx",
  "num_batch",
  "num_gpu",
  "main_gpu",
  "low_vram",
  "f16_kv",
  "use_mmap",
  "use_mlock",
  "numa",
  "num_thread",
];

/** What is the same for everything that Ollama generates: `options`, `format` and `think` in OpenAI's words. */
export function readGeneration(fields: Fields): {
  readonly request: object;
  readonly showsThinking: boolean;
} {
  fields.without("keep_alive");
  const think = readThink(fields);
  const request = said({
    ...readOptions(fields),
    ...readLogprobs(fields),
    response_format: readFormat(fields),
    reasoning_effort: think.effort,
  });
  return { request, showsThinking: think.shows };
}

/** `options`, of all but embeddings. */
function readOptions(fields: Fields): object {
  const options = fields.optionalObject("options");
  if (options === undefined) return {};
  const atMost = options.optionalNumber("num_predict");
  const stop = options.any("stop");
  const request = {
    // negative: until it ends by itself
    max_tokens: atMost === undefined || atMost < 0 ? undefined : options.optionalCount("num_predict"),
    temperature: options.optionalNumber("temperature"),
    top_k: options.optionalNumber("top_k"),
    top_p: options.optionalNumber("top_p"),
    min_p: options.optionalNumber("min_p"),
    seed: options.optionalNumber("seed"),
    stop: typeof stop === "string" ? [stop] : options.optionalTexts("stop"),
    repetition_penalty: options.optionalNumber("repeat_penalty"),
    presence_penalty: options.optionalNumber("presence_penalty"),
    frequency_penalty: options.optionalNumber("frequency_penalty"),
  };
  options.without(...loading);
  options.done();
  return request;
}

function readFormat(fields: Fields): object | undefined {
  const format = fields.any("format");
  if (format === undefined || format === "") return undefined;
  if (format === "json") return { type: "json_object" };
  if (typeof format === "string") return fields.refuse("format", "must be `json` or a JSON schema");
  return { type: "json_schema", json_schema: { name: "answer", schema: fields.record("format") } };
}

/** Models that think do so, and tell it, unless they are told not to. */
function readThink(fields: Fields): { readonly effort: string | undefined; readonly shows: boolean } {
  const think = fields.any("think");
  if (typeof think === "string")
    return { effort: fields.optionalOneOf("think", ["low", "medium", "high"]), shows: true };
  const wanted = fields.optionalBoolean("think");
  if (wanted === undefined) return { effort: undefined, shows: true };
  return { effort: wanted ? "medium" : "none", shows: wanted };
}

function readLogprobs(fields: Fields): object {
  const wanted = fields.optionalBoolean("logprobs") === true;
  const top = fields.optionalNumber("top_logprobs");
  return wanted ? { logprobs: true, top_logprobs: top } : {};
}
