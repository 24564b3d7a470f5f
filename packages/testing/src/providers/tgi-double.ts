/**
 * Text Generation Inference's own API. Shapes, messages and their order: router/src/{server,validation,lib}.rs of
 * huggingface/text-generation-inference as of 2026-01-08; what older releases did differently is an option.
 */
import { json, type Script, type Step } from "../fake-model-server-script.ts";
import {
  type Fields,
  fields,
  type ProviderDouble,
  type ProviderDoubleOptions,
  type ProviderRequest,
  replyTo,
  startProviderDouble,
} from "./provider-double.ts";
import { echo, type Generated, generate, type Reply, tokensOf } from "./reply.ts";
import { malformed, type TgiLimits, type TgiParameters, validate } from "./tgi-double-validation.ts";

export interface TgiReply extends Reply {
  /** Instead of text. Streams tell it as an event on a 200, as TGI does. */
  readonly fails?: "overloaded" | "generation" | "incomplete_generation";
}

export interface TgiDoubleOptions extends ProviderDoubleOptions<TgiReply>, Partial<TgiLimits> {
  readonly modelId?: string;
  /** A server that ranks texts and the like has another tag, and `POST /` then leaves the prompt out by default. */
  readonly pipelineTag?: string;
  /** `bearer` is TGI's own check, of what generates only; `basic` is a proxy's before it, of everything. */
  readonly access?: { readonly kind: "bearer" | "basic"; readonly secret: string };
  readonly healthy?: () => boolean;
  /** As releases of the 1.x line had it: `data:` without a space, `max_input_length` in `/info`. */
  readonly old?: boolean;
}

const failures = {
  overloaded: { status: 429, error: "Model is overloaded" },
  generation: { status: 424, error: "Request failed during generation: Server error: out of memory" },
  incomplete_generation: { status: 500, error: "Incomplete generation" },
} as const;

const endOfSequence = "</s>";

export function startTgiDouble(options: TgiDoubleOptions = {}): Promise<ProviderDouble> {
  const limits: TgiLimits = {
    maxStopSequences: options.maxStopSequences ?? 4,
    maxInputTokens: options.maxInputTokens ?? 1024,
    maxTotalTokens: options.maxTotalTokens ?? 2048,
  };
  return startProviderDouble(options, (request, index) => {
    const route = `${request.method} ${request.path}`;
    const generates = ["POST /", "POST /generate", "POST /generate_stream"].includes(route);
    const refused = refusedAccess(options, request, generates);
    if (refused !== undefined) return refused;
    if (route === "GET /info") return json(info(options, limits));
    if (route === "GET /health" || route === "GET /") return health(options);
    if (!generates) return plain(404, "");
    if (request.json === undefined) return plain(400, "Failed to parse the request body as JSON");
    const wrong = malformed(request.json);
    if (wrong !== undefined) {
      return plain(422, `Failed to deserialize the JSON body into the target type: ${wrong}`);
    }
    return generation(options, limits, request, index);
  });
}

function generation(
  options: TgiDoubleOptions,
  limits: TgiLimits,
  request: ProviderRequest,
  index: number,
): Script {
  const body = fields(request.json) ?? {};
  const inputs = String(body.inputs);
  const compatible = request.path === "/";
  const streams = compatible ? body.stream === true : request.path === "/generate_stream";
  const fail = (failure: Failure): Script =>
    streams ? stream(options, inputs, [failureEvent(failure)]) : json(failureBody(failure), failure.status);
  const parameters = validate(body, limits, (text) => tokensOf(text).length);
  if (typeof parameters === "string") return fail(invalid(parameters));
  if (streams && parameters.decoderInputDetails) {
    return fail(invalid("`decoder_input_details` == true is not supported when streaming tokens"));
  }
  return replyTo(options, request, index, {}, (reply) => {
    if (reply.fails !== undefined) return fail({ type: reply.fails, ...failures[reply.fails] });
    const generated = generate(reply.text ?? echo(inputs), {
      maxTokens: parameters.maxNewTokens,
      stop: parameters.stop,
      keepsOfStop: "all",
    });
    const withPrompt =
      parameters.returnFullText ?? (compatible && pipelineTag(options) === "text-generation");
    const text = withPrompt ? inputs + generated.text : generated.text;
    const broken = { type: "generation", ...failures.generation };
    if (streams) {
      const events = tokenEvents(generated, text, parameters);
      const kept = reply.breaksAfterTokens;
      return stream(
        options,
        inputs,
        kept === undefined ? events : [...events.slice(0, kept), failureEvent(broken)],
      );
    }
    if (reply.breaksAfterTokens !== undefined) return fail(broken);
    const whole = { generated_text: text, ...wholeDetails(generated, parameters) };
    return json(compatible ? [whole] : whole, 200, wholeHeaders(inputs, generated, parameters));
  });
}

interface Failure {
  readonly type: string;
  readonly status: number;
  readonly error: string;
}

function invalid(message: string): Failure {
  return { type: "validation", status: 422, error: `Input validation error: ${message}` };
}

function failureBody(failure: Failure): Fields {
  return { error: failure.error, error_type: failure.type };
}

const failureEvent = failureBody;

/** What the model made, token by token; when it stopped by itself its last token is one that is not text. */
function modelTokens(
  generated: Generated,
): { id: number; text: string; logprob: number; special: boolean }[] {
  const words = generated.tokens.map((text, at) => ({ id: 1000 + at, text, logprob: -0.5, special: false }));
  return generated.end === "end"
    ? [...words, { id: 2, text: endOfSequence, logprob: -0.25, special: true }]
    : words;
}

function tokenEvents(generated: Generated, text: string, parameters: TgiParameters): Fields[] {
  const tokens = modelTokens(generated);
  return tokens.map((token, at) => {
    const last = at === tokens.length - 1;
    const details = { ...summary(generated, parameters), input_length: parameters.inputTokens };
    return {
      index: at + 1,
      token,
      generated_text: last ? text : null,
      details: last && parameters.details ? details : null,
    };
  });
}

function wholeDetails(generated: Generated, parameters: TgiParameters): Fields {
  if (!parameters.details && !parameters.decoderInputDetails) return {};
  return {
    details: { ...summary(generated, parameters), prefill: [], tokens: modelTokens(generated) },
  };
}

function summary(generated: Generated, parameters: TgiParameters): Fields {
  const reasons = { end: "eos_token", length: "length", stop: "stop_sequence" } as const;
  return {
    finish_reason: reasons[generated.end],
    generated_tokens: modelTokens(generated).length,
    seed: parameters.seed ?? null,
  };
}

function stream(options: TgiDoubleOptions, inputs: string, events: readonly Fields[]): Script {
  const prefix = options.old === true ? "data:" : "data: ";
  return [
    {
      do: "head",
      status: 200,
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-cache",
        "x-compute-type": "gpu",
        "x-compute-characters": String(Array.from(inputs).length),
        "x-accel-buffering": "no",
      },
    },
    ...events.map((item): Step => ({ do: "write", bytes: `${prefix}${JSON.stringify(item)}\n\n` })),
    { do: "end" },
  ];
}

function wholeHeaders(
  inputs: string,
  generated: Generated,
  parameters: TgiParameters,
): Readonly<Record<string, string>> {
  return {
    "x-compute-type": "gpu",
    "x-compute-time": "0.012",
    "x-compute-characters": String(Array.from(inputs).length),
    "x-total-time": "12",
    "x-validation-time": "1",
    "x-queue-time": "0",
    "x-inference-time": "11",
    "x-time-per-token": "1",
    "x-prompt-tokens": String(parameters.inputTokens),
    "x-generated-tokens": String(modelTokens(generated).length),
  };
}

function info(options: TgiDoubleOptions, limits: TgiLimits): Fields {
  const old = options.old === true;
  return {
    model_id: options.modelId ?? "acme/tiny",
    model_sha: "0123456789abcdef0123456789abcdef01234567",
    ...(old ? { model_dtype: "torch.float16", model_device_type: "cuda" } : {}),
    model_pipeline_tag: pipelineTag(options),
    max_concurrent_requests: 128,
    max_best_of: 2,
    max_stop_sequences: limits.maxStopSequences,
    ...(old ? { max_input_length: limits.maxInputTokens } : { max_input_tokens: limits.maxInputTokens }),
    max_total_tokens: limits.maxTotalTokens,
    ...(old ? { waiting_served_ratio: 1.2, max_batch_total_tokens: 32_000 } : {}),
    validation_workers: 2,
    max_client_batch_size: 4,
    ...(old ? {} : { router: "text-generation-router" }),
    version: old ? "1.1.0" : "3.3.6",
    sha: null,
    docker_label: null,
  };
}

function pipelineTag(options: TgiDoubleOptions): string {
  return options.pipelineTag ?? "text-generation";
}

function health(options: TgiDoubleOptions): Script {
  return options.healthy?.() === false
    ? json({ error: "unhealthy", error_type: "healthcheck" }, 503)
    : plain(200, "");
}

function refusedAccess(
  options: TgiDoubleOptions,
  request: ProviderRequest,
  generates: boolean,
): Script | undefined {
  if (options.access === undefined) return undefined;
  const { kind, secret } = options.access;
  const given = request.headers.authorization;
  if (kind === "bearer") {
    return !generates || given?.toLowerCase() === `bearer ${secret}`.toLowerCase()
      ? undefined
      : plain(401, "");
  }
  if (given === `Basic ${Buffer.from(secret).toString("base64")}`) return undefined;
  return plain(401, "", { "www-authenticate": 'Basic realm="models"' });
}

function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Script {
  return [
    {
      do: "head",
      status,
      headers: {
        ...(text === "" ? {} : { "content-type": "text/plain; charset=utf-8" }),
        "content-length": String(Buffer.byteLength(text)),
        ...headers,
      },
    },
    { do: "write", bytes: text },
    { do: "end" },
  ];
}
