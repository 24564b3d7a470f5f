/**
 * Azure OpenAI, by deployment and in the newer form under `/openai/v1`. Paths: src/azure.ts of openai/openai-node as of
 * 2026-08-21; bodies: as the service has answered users, 2023 to 2026.
 */
import { json, type Script } from "../fake-model-server-script.ts";
import { operation } from "./openai-double-routes.ts";
import type { OpenAiFailure, OpenAiOptions, OpenAiWire } from "./openai-double-wire.ts";
import {
  type Fields,
  fields,
  type ProviderDouble,
  type ProviderRequest,
  startProviderDouble,
} from "./provider-double.ts";

export interface AzureDoubleOptions extends OpenAiOptions {
  /** Without it, any key is taken, but one must be there. */
  readonly apiKey?: string;
  /** What has been deployed, and the model behind it. */
  readonly deployments?: Readonly<Record<string, string>>;
  readonly reasoningDeployments?: readonly string[];
  readonly contextTokens?: number;
  /** The filter comes after the text: with events whose choice has no `delta`. */
  readonly asynchronousFilter?: boolean;
}

export function startAzureDouble(options: AzureDoubleOptions = {}): Promise<ProviderDouble> {
  const deployments = options.deployments ?? { chat: "gpt-tiny" };
  const late = options.asynchronousFilter === true;
  const wireFor = (deployment: string | undefined): OpenAiWire => ({
    checks: "all",
    failure: azureFailure,
    // the path tells the deployment; without it, the body's `model` does
    modelNamed: (name) => deployments[deployment ?? String(name)],
    contextTokens: options.contextTokens ?? 128_000,
    reasoningField: undefined,
    keepsOfCompletionStop: "nothing",
    answerExtras: { system_fingerprint: "fp_5154047bf2" },
    choiceExtras: (_stop, text) => ({ content_filter_results: text === "" || late ? {} : safe }),
    wholeExtras: judgedPrompt,
    before: [{ choices: [], created: 0, id: "", model: "", object: "", ...judgedPrompt }],
    beforeEnd: late ? [filterAfterwards] : [],
    reasoningModels: options.reasoningDeployments ?? [],
  });
  return startProviderDouble(options, (request, index) => {
    const refused = refusedKey(options, request);
    if (refused !== undefined) return refused;
    const [, newer] = /^\/openai\/v1\/(.+)$/.exec(request.path) ?? [];
    if (newer === "models") return json({ object: "list", data: Object.keys(deployments).map(modelObject) });
    if (newer !== undefined) return operation(wireFor(undefined), options, newer, request, index) ?? notFound;
    const [, deployment = "", name = ""] = /^\/openai\/deployments\/([^/]+)\/(.+)$/.exec(request.path) ?? [];
    const version = request.query.get("api-version");
    if (deployment === "" || !version) return notFound;
    const known = deployments[decodeURIComponent(deployment)] !== undefined;
    if (!known) return azureFailure({ kind: "unknown_model", model: deployment });
    if (fields(request.json)?.["max_completion_tokens"] !== undefined && !limitsCompletions(version))
      return azureFailure({
        kind: "invalid",
        message: "Unrecognized request argument supplied: max_completion_tokens",
      });
    const wire = wireFor(decodeURIComponent(deployment));
    return operation(wire, options, name, withModel(request, deployment), index) ?? notFound;
  });
}

/** As Azure/azure-rest-api-specs has it: previews since September 2024, and not 2024-10-21. */
function limitsCompletions(version: string): boolean {
  return version >= "2024-09-01" && version !== "2024-10-21";
}

const level = (filtered: boolean, severity: string): Fields => ({ filtered, severity });

const safe = {
  hate: level(false, "safe"),
  self_harm: level(false, "safe"),
  sexual: level(false, "safe"),
  violence: level(false, "safe"),
};

const judgedPrompt = {
  prompt_filter_results: [
    {
      prompt_index: 0,
      content_filter_results: { ...safe, jailbreak: { filtered: false, detected: false } },
    },
  ],
};

const filterAfterwards: Fields = {
  id: "",
  object: "",
  created: 0,
  model: "",
  choices: [
    {
      index: 0,
      finish_reason: null,
      content_filter_results: safe,
      content_filter_offsets: { check_offset: 44, start_offset: 44, end_offset: 198 },
    },
  ],
};

const notFound = json({ error: { code: "404", message: "Resource not found" } }, 404);

/** Under a deployment's path the body may leave the model out. */
function withModel(request: ProviderRequest, deployment: string): ProviderRequest {
  const body = request.json;
  return typeof body === "object" && body !== null
    ? { ...request, json: { model: deployment, ...body } }
    : request;
}

function modelObject(id: string): Fields {
  return { id, object: "model", created: 0, owned_by: "system" };
}

function azureFailure(failure: OpenAiFailure): Script {
  const invalid = (message: string, param: string | undefined, code: string | undefined): Script =>
    json(
      { error: { message, type: "invalid_request_error", param: param ?? null, code: code ?? null } },
      400,
    );
  switch (failure.kind) {
    case "invalid":
      return invalid(failure.message, failure.param, failure.code);
    case "context_length":
      return invalid(
        `This model's maximum context length is ${failure.limit} tokens. However, your messages resulted in ${failure.tokens} tokens. Please reduce the length of the messages.`,
        failure.param,
        "context_length_exceeded",
      );
    case "unknown_model":
      return json(
        {
          error: {
            code: "DeploymentNotFound",
            message:
              "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
          },
        },
        404,
      );
    case "quota":
      return azureFailure({ kind: "rate_limited", retryAfterMs: 60_000 });
    case "rate_limited": {
      const waitMs = failure.retryAfterMs;
      const seconds = String(Math.ceil(waitMs / 1000));
      return json(
        {
          error: {
            code: "429",
            message: `Requests to the ChatCompletions_Create Operation under Azure OpenAI API have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after ${seconds} seconds.`,
          },
        },
        429,
        { "retry-after": seconds, "retry-after-ms": String(waitMs) },
      );
    }
    case "content_filter":
      return json(
        {
          error: {
            message:
              "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
            type: null,
            param: "prompt",
            code: "content_filter",
            status: 400,
            innererror: {
              code: "ResponsibleAIPolicyViolation",
              content_filter_result: {
                ...safe,
                violence: level(true, "medium"),
                jailbreak: { filtered: false, detected: false },
              },
            },
          },
        },
        400,
      );
    case "server_error":
    case "overloaded":
      return json(
        {
          error: {
            message: "The server had an error processing your request. Sorry about that!",
            type: "server_error",
            param: null,
            code: null,
          },
        },
        failure.kind === "overloaded" ? 503 : 500,
      );
    case "no_such_route":
      return notFound;
  }
}

function refusedKey(options: AzureDoubleOptions, request: ProviderRequest): Script | undefined {
  const [, bearer] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
  const key = request.headers["api-key"] ?? bearer;
  if (key !== undefined && (options.apiKey === undefined || key === options.apiKey)) return undefined;
  return json(
    {
      error: {
        code: "401",
        message:
          "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
      },
    },
    401,
  );
}
