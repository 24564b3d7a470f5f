import { json, type Script } from "@berth/testing/fake-model-server-script";
import {
  startGeminiDouble,
  type GeminiDoubleOptions,
  type GeminiReply,
} from "@berth/testing/providers/gemini-double";
import {
  asText,
  fields,
  list,
  type Fields,
  type ProviderRequest,
} from "@berth/testing/providers/provider-double";
import { provider } from "../../gateway-rig.ts";
import { describeProvider } from "../test/conformance.ts";
import {
  credential,
  retryAfterSeconds,
  type Behaviour,
  type Failure,
  type Heard,
  type ProviderUnderTest,
} from "../test/provider-under-test.ts";
import { doubleOptions, startedDouble } from "../test/started-double.ts";

function error(code: number, status: string, message: string, details: readonly Fields[] = []): Fields {
  return { error: { code, status, message, details } };
}

const failures: Readonly<Record<Failure, Script>> = {
  busy: json(error(429, "RESOURCE_EXHAUSTED", "quota", [{ retryDelay: `${retryAfterSeconds}s` }]), 429),
  broken: json(error(500, "INTERNAL", "An internal error has occurred."), 500),
  credential: json(
    error(400, "INVALID_ARGUMENT", `API key not valid: ${credential}`, [{ reason: "API_KEY_INVALID" }]),
    400,
  ),
  "error first": [
    { do: "head", status: 200, headers: { "content-type": "text/event-stream" } },
    { do: "write", bytes: JSON.stringify(error(503, "UNAVAILABLE", "overloaded"), null, 2) },
    { do: "end" },
  ],
};

function reply({ filtered, ...said }: NonNullable<Behaviour["reply"]>): GeminiReply {
  return filtered === true ? { ...said, finishReason: "SAFETY" } : said;
}

/** A request to generate in OpenAI's terms. */
function heard({ json: body }: ProviderRequest): Heard {
  const asked = fields(body) ?? {};
  const config = fields(asked.generationConfig) ?? {};
  const parts = [asked.systemInstruction, ...(list(asked.contents) ?? [])].flatMap((content) =>
    (list(fields(content)?.parts) ?? []).map((part) => fields(part) ?? {}),
  );
  const declared = (list(asked.tools) ?? []).flatMap(
    (tool) => list(fields(tool)?.functionDeclarations) ?? [],
  );
  return {
    conversation: parts.map(textOf).join("\n"),
    fields: {
      max_tokens: config.maxOutputTokens,
      temperature: config.temperature,
      top_p: config.topP,
      stop: config.stopSequences,
      seed: config.seed,
      frequency_penalty: config.frequencyPenalty,
      presence_penalty: config.presencePenalty,
      n: config.candidateCount,
      logprobs: config.responseLogprobs,
      tools: declared.map((one) => fields(one)?.name),
      tool_choice: choiceOf(fields(fields(asked.toolConfig)?.functionCallingConfig)),
      response_format: config.responseJsonSchema,
    },
    images: parts.flatMap(({ inlineData }) => asText(fields(inlineData)?.data)).filter((data) => data !== ""),
    calls: parts.flatMap(({ functionCall }) => {
      const called = fields(functionCall);
      return called === undefined ? [] : [{ name: asText(called.name), arguments: called.args }];
    }),
  };
}

function choiceOf(config: Fields | undefined): unknown {
  if (config?.mode !== "ANY") return config === undefined ? undefined : asText(config.mode).toLowerCase();
  const [name] = list(config.allowedFunctionNames) ?? [];
  return name === undefined ? "required" : { type: "function", function: { name } };
}

function textOf({ text, functionResponse }: Fields): string {
  return asText(text ?? fields(fields(functionResponse)?.response)?.output);
}

function gemini(options: GeminiDoubleOptions = {}): ProviderUnderTest {
  return {
    kind: "gemini",
    passesThrough: false,
    start: async (behaviour: Behaviour) => {
      const double = await startGeminiDouble({
        embeddingModels: ["gemini-tiny"],
        ...options,
        ...doubleOptions(behaviour, failures, reply),
      });
      const upstream = provider({
        model: "gemini-tiny",
        // thoughts are hidden unless they are asked for
        defaults: behaviour.reply?.reasoning === undefined ? {} : { reasoning_effort: "low" },
        target: {
          kind: "gemini",
          url: double.url,
          auth: { kind: "header", name: "x-goog-api-key", value: credential },
        },
      });
      return startedDouble(double, upstream, heard);
    },
  };
}

describeProvider("Gemini", gemini({ requiresThoughtSignatures: true, callIds: true }));

describeProvider("Gemini before 3", gemini({ breaksWith: "event" }));
