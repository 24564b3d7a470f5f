import { json, type Script } from "../fake-model-server-script.ts";
import type { Violation } from "./gemini-double-proto.ts";
import type { Fields, ProviderRequest } from "./provider-double.ts";

export type GeminiError =
  | { readonly kind: "RESOURCE_EXHAUSTED"; readonly retryDelaySeconds: number }
  | { readonly kind: "UNAVAILABLE" | "INTERNAL" };

export function failure(of: GeminiError): Script {
  const { error: inner } = errorBody(of);
  return json({ error: inner }, Number(inner.code));
}

export function errorBody(of: GeminiError): { error: Fields } {
  switch (of.kind) {
    case "UNAVAILABLE":
      return rpcError(503, "UNAVAILABLE", "The model is overloaded. Please try again later.");
    case "INTERNAL":
      return rpcError(
        500,
        "INTERNAL",
        "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting",
      );
    case "RESOURCE_EXHAUSTED":
      return rpcError(
        429,
        "RESOURCE_EXHAUSTED",
        `You exceeded your current quota, please check your plan and billing details.\nPlease retry in ${of.retryDelaySeconds}.429760048s.`,
        [
          {
            "@type": "type.googleapis.com/google.rpc.QuotaFailure",
            violations: [
              {
                quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
                quotaId: "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
                quotaDimensions: { location: "global", model: "gemini-tiny" },
                quotaValue: "20",
              },
            ],
          },
          { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${of.retryDelaySeconds}s` },
        ],
      );
  }
}

function rpcError(
  code: number,
  status: string,
  message: string,
  details?: readonly Fields[],
): { error: Fields } {
  return { error: { code, message, status, ...(details === undefined ? {} : { details }) } };
}

export function refusal(code: number, status: string, message: string, details?: readonly Fields[]): Script {
  return json(rpcError(code, status, message, details), code, {
    "content-type": "application/json; charset=UTF-8",
  });
}

export function invalid(message: string, details?: readonly Fields[]): Script {
  return refusal(400, "INVALID_ARGUMENT", message, details);
}

export function misread(found: readonly Violation[]): Script | undefined {
  if (found.length === 0) return undefined;
  return invalid(found.map(({ description }) => description).join("\n"), [
    {
      "@type": "type.googleapis.com/google.rpc.BadRequest",
      fieldViolations: found.map(({ field, description }) =>
        field === "" ? { description } : { field, description },
      ),
    },
  ]);
}

/** To who asked for events the refusal is called a stream of them, though it is JSON; so it was recorded. */
export function unknownModel(request: ProviderRequest, model: string, method: string): Script {
  const called = method === "streamGenerateContent" ? "generateContent" : method;
  return json(
    rpcError(
      404,
      "NOT_FOUND",
      `models/${model} is not found for API version ${request.path.split("/")[1]}, or is not supported for ${called}. Call ListModels to see the list of available models and their supported methods.`,
    ),
    404,
    request.query.get("alt") === "sse" ? { "content-type": "text/event-stream" } : {},
  );
}

export function refusedKey(apiKey: string | undefined, request: ProviderRequest): Script | undefined {
  const key = request.headers["x-goog-api-key"] ?? request.query.get("key");
  if (key === null || key === "") {
    return refusal(
      403,
      "PERMISSION_DENIED",
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
    );
  }
  if (apiKey === undefined || key === apiKey) return undefined;
  const message = "API key not valid. Please pass a valid API key.";
  return invalid(message, [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "API_KEY_INVALID",
      domain: "googleapis.com",
      metadata: { service: "generativelanguage.googleapis.com" },
    },
    { "@type": "type.googleapis.com/google.rpc.LocalizedMessage", locale: "en-US", message },
  ]);
}
