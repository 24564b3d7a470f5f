import type { Registry } from "prom-client";
import { genAiOperation, genAiProvider } from "./gen-ai-names.ts";
import type { RequestSeries, RequestTally } from "./request-series.ts";
import { talliedHistogram } from "./tallied-metrics.ts";

const labelNames = ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model"] as const;

/** The metrics of OpenTelemetry's conventions for generative AI, named as Prometheus has them. */
export function addGenAiMetrics(registry: Registry, tally: RequestTally): void {
  talliedHistogram(
    {
      name: "gen_ai_client_token_usage",
      help: "Tokens of a request and of its answer",
      labelNames: [...labelNames, "gen_ai_token_type"],
      registry,
      tally,
    },
    (series) => {
      return labelsOf(series)
        .flatMap((labels) => [
          { labels: { ...labels, gen_ai_token_type: "input" }, value: series.inputSizes },
          { labels: { ...labels, gen_ai_token_type: "output" }, value: series.outputSizes },
        ])
        .filter(({ value }) => !value.isEmpty);
    },
  );
  talliedHistogram(
    {
      name: "gen_ai_server_request_duration_seconds",
      help: "From the request's arrival to the answer's end",
      labelNames: [...labelNames, "error_type"],
      registry,
      tally,
    },
    (series) => {
      const { outcome, errorCode, status } = series.like;
      const errorType = outcome === "ok" ? "" : (errorCode ?? String(status));
      return labelsOf(series).map((labels) => ({
        labels: { ...labels, error_type: errorType },
        value: series.genAiDurations,
      }));
    },
  );
  talliedHistogram(
    {
      name: "gen_ai_server_time_to_first_token_seconds",
      help: "From the request's arrival to the first byte of an answer that was given",
      labelNames,
      registry,
      tally,
    },
    (series) =>
      series.like.outcome !== "ok" || series.genAiFirstTokens.isEmpty
        ? []
        : labelsOf(series).map((labels) => ({ labels, value: series.genAiFirstTokens })),
  );
}

/** None where nobody was asked: there was no inference. */
function labelsOf({
  like: { model, operation, provider },
}: RequestSeries): readonly Record<(typeof labelNames)[number], string>[] {
  if (model === undefined) return [];
  return [
    {
      gen_ai_operation_name: genAiOperation(operation),
      gen_ai_provider_name: genAiProvider(provider),
      gen_ai_request_model: model,
    },
  ];
}
