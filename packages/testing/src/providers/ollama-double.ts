/**
 * Ollama's own API. Shapes, messages and behaviour: api/types.go, server/routes.go, server/prompt.go and docs/api.md of
 * ollama/ollama as of 2026-08-21. Roles are not checked there, so they are not here.
 */
import { json, type Script, type Step } from "../fake-model-server-script.ts";
import { type OllamaModel, running, shown, tags, withTag } from "./ollama-double-models.ts";
import { isFormat, unmarshalsToChat, unmarshalsToGenerate, wrongOption } from "./ollama-double-validation.ts";
import {
  asText,
  type Fields,
  fields,
  list,
  type ProviderDouble,
  type ProviderDoubleOptions,
  replyTo,
  startProviderDouble,
} from "./provider-double.ts";
import { echo, embeddingOf, type Generated, generate, type Reply, tokensOf } from "./reply.ts";

export interface OllamaReply extends Reply {
  /** Too many wait already: 503. */
  readonly busy?: boolean;
}

export interface OllamaDoubleOptions extends ProviderDoubleOptions<OllamaReply> {
  /** What has been pulled. Without it: one model, `tiny`, that can do everything. */
  readonly models?: readonly OllamaModel[];
  /** The context of a model that is loaded without `num_ctx`. */
  readonly defaultNumCtx?: number;
}

const tiny: OllamaModel = {
  name: "tiny",
  capabilities: ["completion", "tools", "vision", "thinking", "embedding"],
  contextLength: 8192,
  embeddingLength: 8,
};

/** In nanoseconds. */
const timings = {
  total_duration: 5_043_500_667,
  load_duration: 5_025_959,
  prompt_eval_duration: 325_953_000,
  eval_duration: 4_709_213_000,
};

export function startOllamaDouble(options: OllamaDoubleOptions = {}): Promise<ProviderDouble> {
  const models = options.models ?? [tiny];
  const loaded = new Map<OllamaModel, number>();
  const modelNamed = (name: unknown): OllamaModel | undefined =>
    models.find((model) => withTag(model.name) === withTag(String(name)));
  return startProviderDouble(options, (request, index) => {
    const route = `${request.method} ${request.path}`;
    switch (route) {
      case "GET /":
        return plain(200, "Ollama is running");
      case "GET /api/version":
        return json({ version: "0.14.2" });
      case "GET /api/tags":
        return json(tags(models));
      case "GET /api/ps":
        return json(running([...loaded].map(([model, numCtx]) => ({ model, numCtx }))));
      case "POST /api/show":
      case "POST /api/embed":
      case "POST /api/chat":
      case "POST /api/generate":
        break;
      default:
        return plain(404, "404 page not found");
    }
    if (request.body.length === 0) return refused(400, "missing request body");
    const body = fields(request.json);
    if (body === undefined) return refused(400, "invalid character in request body");
    const model = modelNamed(body.model);
    if (route === "POST /api/show") {
      if (body.model === undefined || body.model === "") return refused(400, "model is required");
      return model === undefined ? unknownModel(body) : json(shown(model));
    }
    if (route === "POST /api/embed") return embed(body, model);
    const chat = route === "POST /api/chat";
    const wrong = chat ? unmarshalsToChat(body) : unmarshalsToGenerate(body);
    if (wrong !== undefined) return refused(400, wrong);
    if (chat && (body.model === undefined || body.model === "")) return refused(400, "model is required");
    if (model === undefined) return unknownModel(body);
    const cannot = refusedAbility(body, model, chat) ?? refusedOptions(body);
    if (cannot !== undefined) return cannot;
    const numCtx = numberOption(body, "num_ctx") ?? options.defaultNumCtx ?? 4096;
    loaded.set(model, Math.min(numCtx, model.contextLength));
    return replyTo(options, request, index, {}, (reply) =>
      speak(reply, body, chat, model, loaded.get(model) ?? numCtx),
    );
  });
}

function speak(reply: OllamaReply, body: Fields, chat: boolean, model: OllamaModel, numCtx: number): Script {
  if (reply.busy === true) {
    return refused(503, "server busy, please try again.  maximum pending requests exceeded");
  }
  const head = { model: body.model, created_at: "2026-08-04T19:22:45.499127Z" };
  const prompt = promptOf(messagesOf(body, chat), numCtx);
  if (body.truncate === false && prompt.wasCut)
    return refused(400, "the input length exceeds the context length");
  if (prompt.last === undefined) {
    const nothing = chat ? { message: { role: "assistant", content: "" } } : { response: "" };
    return json({ ...head, ...nothing, done: true, done_reason: body.keep_alive === 0 ? "unload" : "load" });
  }
  const calls = chat && list(body.tools) !== undefined ? (reply.toolCalls ?? []) : [];
  const generated = generate(reply.text ?? (calls.length > 0 ? "" : echo(prompt.last)), {
    maxTokens: mostTokens(body),
    stop: (list(fields(body.options)?.stop) ?? []).filter((item) => typeof item === "string"),
    keepsOfStop: "nothing",
  });
  const thinks = model.capabilities.includes("thinking") && body.think !== false;
  const thoughts = thinks ? tokensOf(reply.reasoning ?? "") : [];
  const piece = (fragment: { thinking?: string; content?: string; tool_calls?: unknown }): Fields => {
    const { content = "", thinking, tool_calls } = fragment;
    const likely = body.logprobs === true && content !== "" ? { logprobs: logprobs(content, body) } : {};
    return chat
      ? {
          ...likely,
          message: {
            role: "assistant",
            content,
            ...(thinking && { thinking }),
            ...(tool_calls ? { tool_calls } : {}),
          },
        }
      : { ...likely, response: content, ...(thinking && { thinking }) };
  };
  const pieces = [
    ...thoughts.map((thinking) => piece({ thinking })),
    ...generated.tokens.map((content) => piece({ content })),
    ...(calls.length > 0 ? [piece({ tool_calls: wireCalls(calls) })] : []),
  ];
  const end = {
    done: true,
    ...ending(generated, thoughts.length, prompt.tokens),
    ...(chat || body.raw === true ? {} : { context: [1, 2, 3] }),
  };
  const broken = { error: "an error was encountered while running the model" };
  if (body.stream === false) {
    if (reply.breaksAfterTokens !== undefined) return refused(500, broken.error);
    const whole = piece({
      thinking: thoughts.join(""),
      content: generated.text,
      ...(calls.length > 0 ? { tool_calls: wireCalls(calls) } : {}),
    });
    return json({ ...head, ...whole, ...end }, 200, { "content-type": "application/json; charset=utf-8" });
  }
  if (reply.breaksAfterTokens === 0) return refused(500, broken.error);
  const said = pieces.map((item) => ({ ...head, ...item, done: false }));
  return lines(
    reply.breaksAfterTokens === undefined
      ? [...said, { ...head, ...piece({}), ...end }]
      : [...said.slice(0, reply.breaksAfterTokens), broken],
  );
}

function logprobs(text: string, { top_logprobs: top }: Fields): Fields[] {
  return tokensOf(text).map((token) => {
    const one = { token, logprob: -0.5, bytes: [...Buffer.from(token)] };
    return { ...one, ...(typeof top === "number" && top > 0 ? { top_logprobs: [one] } : {}) };
  });
}

/** The messages that fit, the oldest dropped first, but no system message and never the last one. */
function promptOf(
  messages: readonly unknown[],
  numCtx: number,
): { tokens: number; last: string | undefined; wasCut: boolean } {
  const texts = messages.map((message) => asText(fields(message)?.content));
  const cost = (at: number): number => tokensOf(texts[at] ?? "").length;
  const isSystem = (at: number): boolean => String(fields(messages[at])?.role).toLowerCase() === "system";
  const costFrom = (first: number): number =>
    texts.reduce((sum, _, at) => (at >= first || isSystem(at) ? sum + cost(at) : sum), 0);
  let first = 0;
  while (first < texts.length - 1 && costFrom(first) > numCtx) first += 1;
  const lastUser = messages.findLastIndex((message) => fields(message)?.role === "user");
  return {
    tokens: Math.min(costFrom(first), numCtx),
    last: texts[lastUser] ?? texts.at(-1),
    wasCut: costFrom(0) > numCtx,
  };
}

function messagesOf(body: Fields, chat: boolean): readonly unknown[] {
  if (chat) return list(body.messages) ?? [];
  const prompt = body.prompt ?? "";
  return prompt === ""
    ? []
    : [
        { role: "system", content: body.system },
        { role: "user", content: prompt },
      ];
}

function mostTokens(body: Fields): number | undefined {
  const given = numberOption(body, "num_predict");
  // -1 and -2 mean as many as the model likes
  return given === undefined || given < 0 ? undefined : given;
}

function numberOption(body: Fields, name: string): number | undefined {
  const value = fields(body.options)?.[name];
  return typeof value === "number" ? Math.trunc(value) : undefined;
}

function ending(generated: Generated, thoughts: number, promptTokens: number): Fields {
  return {
    done_reason: generated.end === "length" ? "length" : "stop",
    ...timings,
    prompt_eval_count: promptTokens,
    eval_count: generated.tokens.length + thoughts,
  };
}

function wireCalls(calls: NonNullable<Reply["toolCalls"]>): Fields[] {
  return calls.map((call, index) => ({
    id: call.id,
    function: { index, name: call.name, arguments: call.arguments },
  }));
}

function refusedAbility(body: Fields, model: OllamaModel, chat: boolean): Script | undefined {
  const able = (ability: OllamaModel["capabilities"][number]): boolean =>
    model.capabilities.includes(ability);
  if (body.think !== undefined && body.think !== null && body.think !== false && !able("thinking")) {
    return refused(400, `"${String(body.model)}" does not support thinking`);
  }
  if (!able("completion")) {
    return refused(400, `"${String(body.model)}" does not support ${chat ? "chat" : "generate"}`);
  }
  if ((list(body.tools) ?? []).length > 0 && !able("tools")) {
    return refused(400, `registry.ollama.ai/library/${withTag(model.name)} does not support tools`);
  }
  return undefined;
}

function refusedOptions(body: Fields): Script | undefined {
  const wrong = wrongOption(fields(body.options) ?? {});
  if (wrong !== undefined) return refused(500, wrong);
  if (isFormat(body.format)) return undefined;
  return refused(
    500,
    `invalid format: ${JSON.stringify(JSON.stringify(body.format))}; expected "json" or a valid JSON Schema object`,
  );
}

function embed(body: Fields, model: OllamaModel | undefined): Script {
  const { input } = body;
  const texts = typeof input === "string" ? [input].filter((text) => text !== "") : (list(input) ?? []);
  const known =
    input === undefined || input === null || typeof input === "string" || list(input) !== undefined;
  if (!known || !texts.every((text) => typeof text === "string")) return refused(400, "invalid input type");
  if (model === undefined) return unknownModel(body);
  if (texts.length === 0) return json({ model: body.model, embeddings: [] });
  const counts = texts.map((text) => tokensOf(text).length);
  if (body.truncate === false && counts.some((count) => count > model.contextLength)) {
    return refused(400, "the input length exceeds the context length");
  }
  const asked = typeof body.dimensions === "number" && body.dimensions > 0 ? body.dimensions : Infinity;
  return json({
    model: body.model,
    embeddings: texts.map((text) => embeddingOf(text, Math.min(asked, model.embeddingLength))),
    total_duration: 14_143_917,
    load_duration: 1_019_500,
    prompt_eval_count: counts.reduce((sum, count) => sum + Math.min(count, model.contextLength), 0),
  });
}

function lines(items: readonly Fields[]): Script {
  return [
    { do: "head", status: 200, headers: { "content-type": "application/x-ndjson" } },
    ...items.map((item): Step => ({ do: "write", bytes: `${JSON.stringify(item)}\n` })),
    { do: "end" },
  ];
}

function unknownModel(body: Fields): Script {
  return refused(404, `model '${asText(body.model)}' not found`);
}

function refused(status: number, error: string): Script {
  return json({ error }, status, { "content-type": "application/json; charset=utf-8" });
}

function plain(status: number, text: string): Script {
  return [
    { do: "head", status, headers: { "content-type": "text/plain; charset=utf-8" } },
    { do: "write", bytes: text },
    { do: "end" },
  ];
}
