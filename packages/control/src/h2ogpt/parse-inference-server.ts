import { nearest } from "@berth/std/nearest";
import { parseHttpServer } from "./parse-http-server.ts";
import { openAiWords, parseOpenAiServer } from "./parse-openai-server.ts";
import { parseSglangServer, parseVllmServer } from "./parse-vllm-server.ts";
import type { ParsedServer, ServerEnvironment } from "./parsed-server.ts";
import { environmentUrl, given, keyOf, splitFields, wrongServer } from "./server-fields.ts";

export interface ServerContext {
  /** Which of the variables that h2oGPT reads are set; a key's own value is never looked at. */
  readonly environment: ServerEnvironment;
  /** The model's name: some of OpenAI's are chat models whatever the string says. */
  readonly model?: string | undefined;
}

const words = [
  ...openAiWords,
  "vllm",
  "vllm_chat",
  "sglang",
  "replicate",
  "sagemaker",
  "sagemaker_chat",
  "anthropic",
  "google",
  "mistralai",
  "groq",
] as const;
type Word = (typeof words)[number];

/**
 * Reads one `inference_server` of h2oGPT, also the forms that its documentation has and its code gets wrong. Throws
 * BerthError `invalid_request` that names the field at fault and how the string is written, without its secrets.
 */
export function parseInferenceServer(text: string, context: ServerContext): ParsedServer {
  const trimmed = text.trim();
  if (given(trimmed) === undefined) return { kind: "local" };
  if (/^https?:\/\//i.test(trimmed)) return parseHttpServer(trimmed);
  const colon = trimmed.indexOf(":");
  const word = colon === -1 ? trimmed : trimmed.slice(0, colon);
  const known = words.find((one) => one === word);
  if (known === undefined) throw unknownWord(word, trimmed);
  return parseWord(known, colon === -1 ? "" : trimmed.slice(colon + 1), context);
}

function parseWord(word: Word, rest: string, { environment, model }: ServerContext): ParsedServer {
  const hosted = (variable: string) => keyOf([rest], variable);
  switch (word) {
    case "openai":
    case "openai_chat":
    case "openai_azure":
    case "openai_azure_chat":
      return parseOpenAiServer(word, rest, environment, model);
    case "vllm":
    case "vllm_chat":
      return parseVllmServer(word, rest);
    case "sglang":
      return parseSglangServer(rest);
    case "replicate":
      return parseReplicate(rest);
    case "sagemaker":
    case "sagemaker_chat":
      return parseSageMaker(word, rest, environment);
    case "anthropic": {
      const baseUrl = environmentUrl(environment, "ANTHROPIC_API_URL") ?? "https://api.anthropic.com";
      return { kind: "anthropic", baseUrl, key: hosted("ANTHROPIC_API_KEY") };
    }
    case "google":
      return { kind: "gemini", key: hosted("GOOGLE_API_KEY") };
    case "mistralai":
      return compatible("https://api.mistral.ai/v1", "MISTRAL_API_KEY");
    case "groq":
      return compatible("https://api.groq.com/openai/v1", "GROQ_API_KEY");
  }

  function compatible(baseUrl: string, variable: string): ParsedServer {
    return { kind: "openai-compatible", baseUrl, key: hosted(variable) };
  }
}

function parseReplicate(text: string): ParsedServer {
  const form = "`replicate:OWNER/NAME:VERSION`";
  const [model = "", version, ...more] = text.split(":");
  if (!/^[^/\s]+\/[^/\s]+$/.test(model)) throw wrongServer("the model", "is no owner and name", form);
  if (given(version) === undefined || more.length > 0)
    throw wrongServer("the version", "is not one text behind the model", form);
  return {
    kind: "replicate",
    model,
    version: version ?? "",
    key: { from: "environment", variable: "REPLICATE_API_TOKEN" },
  };
}

function parseSageMaker(
  word: "sagemaker" | "sagemaker_chat",
  text: string,
  environment: ServerEnvironment,
): ParsedServer {
  const form = `\`${word}:ENDPOINT:REGION\`, such as \`${word}:my-endpoint:us-east-2\``;
  const [endpoint, inString, ...more] = splitFields(text).map(given);
  const region = inString ?? given(environment["AWS_REGION"]) ?? given(environment["AWS_DEFAULT_REGION"]);
  if (endpoint === undefined || !/^[\w-]+$/.test(endpoint))
    throw wrongServer("the endpoint", "is no name of a SageMaker endpoint", form);
  if (region === undefined || !/^[a-z\d-]+$/.test(region))
    throw wrongServer("the region", "is no AWS region", form);
  if (more.length > 0) throw wrongServer("the region", "has more behind it", form);
  return { kind: "sagemaker", endpoint, region, isChat: word === "sagemaker_chat" };
}

function unknownWord(word: string, text: string): Error {
  if (/^(?:[\w-]+\.)*[\w-]+:\d+(?:[:/]|$)/.test(text) || text.startsWith("["))
    return wrongServer(
      "the scheme",
      "is missing",
      "`http://HOST:PORT`, or `vllm_chat:HOST:PORT` for OpenAI's API",
    );
  const near = nearest(word, words).map((one) => `\`${one}\``);
  const known = near.length > 0 ? near : words.map((one) => `\`${one}\``);
  return wrongServer(
    "the type",
    "is unknown",
    `an address that begins with http://, or one of ${known.join(", ")}`,
  );
}
