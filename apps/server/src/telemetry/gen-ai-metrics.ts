import type { Observation } from "@berth/gateway";
import { Histogram, type Registry } from "prom-client";
import { genAiOperation, genAiProvider } from "./gen-ai-names.ts";

// the buckets that the conventions advise
const tokenBuckets = Array.from({ length: 14 }, (_, power) => 4 ** power);
const durationBuckets = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power);
const firstTokenBuckets = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

const labelNames = ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model"] as const;

/** The metrics of OpenTelemetry's conventions for generative AI, named as Prometheus has them. */
export function genAiMetrics(registry: Registry): (observation: Observation) => void {
  const registers = [registry];
  const tokenUsage = new Histogram({
    name: "gen_ai_client_token_usage",
    help: "Tokens of a request and of its answer",
    labelNames: [...labelNames, "gen_ai_token_type"],
    buckets: tokenBuckets,
    registers,
  });
  const duration = new Histogram({
    name: "gen_ai_server_request_duration_seconds",
    help: "From the request's arrival to the answer's end",
    labelNames: [...labelNames, "error_type"],
    buckets: durationBuckets,
    registers,
  });
  const firstToken = new Histogram({
    name: "gen_ai_server_time_to_first_token_seconds",
    help: "From the request's arrival to the first byte of an answer that was given",
    labelNames: [...labelNames],
    buckets: firstTokenBuckets,
    registers,
  });
  return (observation) => {
    // nobody was asked: there was no inference
    if (observation.model === undefined) return;
    const labels = {
      gen_ai_operation_name: genAiOperation(observation.operation),
      gen_ai_provider_name: genAiProvider(observation.provider),
      gen_ai_request_model: observation.model,
    };
    const { durationMs, firstByteMs, outcome, status, errorCode } = observation;
    const errorType = outcome === "ok" ? "" : (errorCode ?? String(status));
    duration.observe({ ...labels, error_type: errorType }, durationMs / 1000);
    if (firstByteMs !== undefined && outcome === "ok") firstToken.observe(labels, firstByteMs / 1000);
    const { inputTokens, outputTokens } = observation.tokens;
    if (inputTokens !== undefined) tokenUsage.observe({ ...labels, gen_ai_token_type: "input" }, inputTokens);
    if (outputTokens !== undefined)
      tokenUsage.observe({ ...labels, gen_ai_token_type: "output" }, outputTokens);
  };
}
