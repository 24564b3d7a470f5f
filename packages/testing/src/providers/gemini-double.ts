/**
 * The Gemini API (generativelanguage), under `/v1beta` and, where the SDK looks since its 3.x releases, `/v1`. Shapes:
 * src/types.ts, src/_api_client.ts and the recordings in test/system of googleapis/js-genai as of 2026-08-21,
 * recordings of 2025-08 and 2025-10; the words of refusals as users have quoted them, 2025 and 2026.
 */
import { json, type Script, type Step } from "../fake-model-server-script.ts";
import {
  errorBody,
  failure,
  type GeminiError,
  invalid,
  misread,
  refusal,
  refusedKey,
  unknownModel,
} from "./gemini-double-errors.ts";
import {
  batchEmbedContentsRequest,
  embedContentRequest,
  generateContentRequest,
  named,
  violations,
} from "./gemini-double-proto.ts";
import { senseless, textOf, turnOf, turnsOf } from "./gemini-double-turns.ts";
import {
  asText,
  type Fields,
  fields,
  list,
  type ProviderDouble,
  type ProviderDoubleOptions,
  type ProviderRequest,
  replyTo,
  startProviderDouble,
} from "./provider-double.ts";
import { echo, embeddingOf, generate, type Reply, tokensOf } from "./reply.ts";

export interface GeminiReply extends Reply {
  /** The prompt is refused: there are no candidates. */
  readonly blocked?: "SAFETY" | "OTHER" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "IMAGE_SAFETY";
  /** The answer is cut off; nothing more of it is shown. */
  readonly finishReason?:
    | "SAFETY"
    | "RECITATION"
    | "LANGUAGE"
    | "OTHER"
    | "BLOCKLIST"
    | "PROHIBITED_CONTENT"
    | "SPII"
    | "MALFORMED_FUNCTION_CALL";
  /** On the first call of a turn, or on the last text; the next request is to bring it back. */
  readonly thoughtSignature?: string;
  readonly cachedTokens?: number;
  readonly error?: GeminiError;
}

export interface GeminiDoubleOptions extends ProviderDoubleOptions<GeminiReply> {
  /** Without it, any key is taken, but one must be there. */
  readonly apiKey?: string;
  readonly models?: readonly string[];
  readonly embeddingModels?: readonly string[];
  readonly embeddingDimensions?: number;
  /** As Gemini 3 wants it: calls that come back without their signature are refused. */
  readonly requiresThoughtSignatures?: boolean;
  /** Calls have an id. Those of older models have none. */
  readonly callIds?: boolean;
  /** Every chunk says `STOP`, not only the last, as models of 2024 did. */
  readonly finishesEveryChunk?: boolean;
  /** How a stream that breaks says so: JSON without `data:`, which the SDK looks for, or an event like any other. */
  readonly breaksWith?: "bare json" | "event";
}

const unavailable = { kind: "UNAVAILABLE" } as const;

export function startGeminiDouble(options: GeminiDoubleOptions = {}): Promise<ProviderDouble> {
  const models = options.models ?? ["gemini-tiny"];
  const embedders = options.embeddingModels ?? ["embedding-tiny"];
  return startProviderDouble(options, (request, index) => {
    const refused = refusedKey(options.apiKey, request);
    if (refused !== undefined) return refused;
    const path = decodeURIComponent(request.path);
    if (request.method === "GET" && /^\/v1(beta)?\/models$/.test(path)) {
      return listed(models, embedders, request.query);
    }
    const [, model = "", method = ""] = /^\/v1(?:beta)?\/models\/([^/:]+)(?::(\w+))?$/.exec(path) ?? [];
    if (request.method === "GET" && method === "") {
      return models.includes(model) || embedders.includes(model)
        ? json(modelInfo(model, embedders.includes(model)))
        : unknownModel(request, model, "generateContent");
    }
    const body = fields(request.json);
    if (body === undefined) return invalid("Invalid JSON payload received.");
    switch (request.method === "POST" ? method : "") {
      case "generateContent":
      case "streamGenerateContent": {
        const bad = misread(violations(body, generateContentRequest));
        if (bad !== undefined) return bad;
        if (!models.includes(model)) return unknownModel(request, model, method);
        const nonsense = senseless(body, options.requiresThoughtSignatures === true);
        if (nonsense !== undefined) return invalid(nonsense);
        return replyTo(options, request, index, {}, (reply) => speak(options, reply, body, model, request));
      }
      case "embedContent": {
        const bad = misread(violations(body, embedContentRequest));
        if (bad !== undefined) return bad;
        if (!embedders.includes(model)) return unknownModel(request, model, method);
        return json({ embedding: embedding(options, body) });
      }
      case "batchEmbedContents": {
        const bad = misread(violations(body, batchEmbedContentsRequest));
        if (bad !== undefined) return bad;
        if (!embedders.includes(model)) return unknownModel(request, model, method);
        const items = (list(body.requests) ?? []).map((item) => fields(item) ?? {});
        const odd = items.findIndex((item) => item.model !== `models/${model}`);
        if (odd >= 0) {
          return invalid(
            `* BatchEmbedContentsRequest.requests[${odd}].model: unexpected model name format\n`,
          );
        }
        return json({ embeddings: items.map((item) => embedding(options, item)) });
      }
      default:
        return refusal(404, "NOT_FOUND", "Method not found.");
    }
  });
}

function speak(
  options: GeminiDoubleOptions,
  reply: GeminiReply,
  body: Fields,
  model: string,
  request: ProviderRequest,
): Script {
  const streams = request.path.endsWith(":streamGenerateContent");
  if (reply.error !== undefined) return failure(reply.error);
  const config = fields(named(body, "generationConfig"));
  const turns = turnsOf(body);
  const promptTokens = tokensOf(
    [turnOf(fields(named(body, "systemInstruction"))), ...turns].map(textOf).join(" "),
  ).length;
  const prompt = {
    promptTokenCount: promptTokens,
    ...(reply.cachedTokens === undefined ? {} : { cachedContentTokenCount: reply.cachedTokens }),
    promptTokensDetails: [{ modality: "TEXT", tokenCount: promptTokens }],
  };
  const frame = { modelVersion: model, responseId: "xtSfaIRs8_Sf2Q-skYe5Dg" };
  if (reply.blocked !== undefined) {
    return sent(options, request, [
      {
        promptFeedback: { blockReason: reply.blocked, safetyRatings: [ratedHigh] },
        usageMetadata: { ...prompt, totalTokenCount: promptTokens },
        ...frame,
      },
    ]);
  }
  const calls = list(body.tools) === undefined ? [] : (reply.toolCalls ?? []);
  const lastUser = turns.findLast((turn) => turn.role !== "model") ?? { role: undefined, parts: [] };
  const most = named(config, "maxOutputTokens");
  const generated = generate(reply.text ?? (calls.length > 0 ? "" : echo(textOf(lastUser))), {
    maxTokens: most === undefined ? undefined : Number(most),
    stop: (list(named(config, "stopSequences")) ?? []).map(String),
    keepsOfStop: "nothing",
  });
  const thoughts = tokensOf(reply.reasoning ?? "");
  const shown = fields(named(config, "thinkingConfig"));
  const parts: Fields[] = [
    ...(named(shown, "includeThoughts") === true ? thoughts.map((text) => ({ text, thought: true })) : []),
    ...generated.tokens.map((text) => ({ text })),
    ...calls.map((call) => ({
      functionCall: {
        ...(options.callIds === true ? { id: call.id } : {}),
        name: call.name,
        args: call.arguments,
      },
    })),
  ];
  const signed = withSignature(parts, reply.thoughtSignature);
  const finishReason = reply.finishReason ?? (generated.end === "length" ? "MAX_TOKENS" : "STOP");
  const candidatesTokenCount =
    (generated.tokens.length + calls.length) * Number(named(config, "candidateCount") ?? 1);
  const end = {
    usageMetadata: {
      ...prompt,
      candidatesTokenCount,
      ...(thoughts.length > 0 ? { thoughtsTokenCount: thoughts.length } : {}),
      totalTokenCount: promptTokens + candidatesTokenCount + thoughts.length,
    },
    ...frame,
  };
  const ratings = finishReason === "SAFETY" ? { safetyRatings: [ratedHigh] } : {};
  const count = Number(named(config, "candidateCount") ?? 1);
  const tellsTokens = named(config, "responseLogprobs") === true;
  /** Every candidate says the same. */
  const candidates = (said: readonly Fields[] | undefined, more: Fields): Fields[] =>
    Array.from({ length: count }, (_, index) => ({
      ...(said === undefined ? {} : { content: { parts: said, role: "model" } }),
      ...more,
      index,
      ...(tellsTokens && said !== undefined ? { logprobsResult: logprobsOf(said) } : {}),
    }));
  const last = (said: readonly Fields[] | undefined): Fields => ({
    candidates: candidates(said, { finishReason, ...ratings }),
    ...end,
  });
  if (!streams) {
    if (reply.breaksAfterTokens !== undefined) return failure(unavailable);
    return json(last(reply.finishReason === undefined ? joined(signed) : undefined));
  }
  const early = options.finishesEveryChunk === true ? { finishReason: "STOP" } : {};
  const chunks = signed.slice(0, -1).map((part) => ({
    candidates: candidates([part], early),
    usageMetadata: { ...prompt, totalTokenCount: promptTokens },
    ...frame,
  }));
  const final = signed.at(-1) ?? { text: "" };
  const all = [...chunks, last(reply.finishReason === undefined ? [final] : undefined)];
  return reply.breaksAfterTokens === undefined
    ? sent(options, request, all)
    : sent(options, request, chunks.slice(0, reply.breaksAfterTokens), errorBody(unavailable));
}

/** Of the words of the answer; thoughts have none. */
function logprobsOf(parts: readonly Fields[]): Fields {
  const tokens = parts.filter((part) => part.thought !== true).flatMap((part) => tokensOf(asText(part.text)));
  const chosenCandidates = tokens.map((token) => ({ token, tokenId: 7, logProbability: -0.5 }));
  return { chosenCandidates, topCandidates: chosenCandidates.map((one) => ({ candidates: [one] })) };
}

const ratedHigh = { category: "HARM_CATEGORY_DANGEROUS_CONTENT", probability: "HIGH" };

function withSignature(parts: readonly Fields[], thoughtSignature: string | undefined): Fields[] {
  const call = parts.findIndex((part) => part.functionCall !== undefined);
  const at = call < 0 ? parts.length - 1 : call;
  return parts.map((part, index) =>
    index === at && thoughtSignature !== undefined ? { ...part, thoughtSignature } : part,
  );
}

/** Neighbouring texts of one kind become one part, as a whole answer has them. */
function joined(parts: readonly Fields[]): Fields[] {
  const whole: Fields[] = [];
  for (const part of parts) {
    const before = whole.at(-1);
    const alike =
      typeof part.text === "string" && typeof before?.text === "string" && part.thought === before.thought;
    if (alike) whole.pop();
    whole.push(alike ? { ...before, ...part, text: `${asText(before.text)}${asText(part.text)}` } : part);
  }
  return whole;
}

/** One JSON, or a stream: of events when asked with `alt=sse`, else the items of a JSON list as they come. */
function sent(
  options: GeminiDoubleOptions,
  request: ProviderRequest,
  chunks: readonly Fields[],
  broken?: Fields,
): Script {
  const write = (bytes: string): Step => ({ do: "write", bytes });
  if (!request.path.endsWith(":streamGenerateContent")) return json(chunks[0]);
  if (request.query.get("alt") !== "sse") {
    const items = [...chunks, ...(broken === undefined ? [] : [broken])];
    return [
      { do: "head", status: 200, headers: { "content-type": "application/json; charset=UTF-8" } },
      ...items.map((item, at) => write(`${at === 0 ? "[" : ",\r\n"}${JSON.stringify(item, null, 2)}`)),
      write("\n]"),
      { do: "end" },
    ];
  }
  const event = (item: Fields): Step => write(`data: ${JSON.stringify(item)}\r\n\r\n`);
  return [
    {
      do: "head",
      status: 200,
      headers: { "content-type": "text/event-stream", "content-disposition": "attachment" },
    },
    ...chunks.map(event),
    ...(broken === undefined
      ? []
      : [options.breaksWith === "event" ? event(broken) : write(JSON.stringify(broken, null, 2))]),
    { do: "end" },
  ];
}

function embedding(options: GeminiDoubleOptions, item: Fields): Fields {
  const asked = named(item, "outputDimensionality");
  const dimensions = asked === undefined ? (options.embeddingDimensions ?? 8) : Number(asked);
  return { values: embeddingOf(textOf(turnOf(fields(item.content))), dimensions) };
}

function listed(models: readonly string[], embedders: readonly string[], query: URLSearchParams): Script {
  const all = [...models.map((id) => modelInfo(id, false)), ...embedders.map((id) => modelInfo(id, true))];
  const from = Number(query.get("pageToken") ?? 0);
  const to = from + Number(query.get("pageSize") ?? 50);
  return json({ models: all.slice(from, to), ...(to < all.length ? { nextPageToken: String(to) } : {}) });
}

function modelInfo(id: string, embeds: boolean): Fields {
  return {
    name: `models/${id}`,
    version: "001",
    displayName: id,
    inputTokenLimit: embeds ? 2048 : 1_048_576,
    outputTokenLimit: embeds ? 1 : 8192,
    supportedGenerationMethods: embeds
      ? ["embedContent", "batchEmbedContents"]
      : ["generateContent", "countTokens"],
  };
}
