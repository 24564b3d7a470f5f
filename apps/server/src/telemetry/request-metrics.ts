import type { Observation } from "@berth/gateway";
import type { Registry } from "prom-client";
import type { Buckets } from "./buckets.ts";
import { type RequestSeries, type RequestTally, tokenKinds } from "./request-series.ts";
import { talliedCounter, talliedHistogram, type Told } from "./tallied-metrics.ts";

/** What is told of requests beside the conventions' own metrics. */
export function addRequestMetrics(registry: Registry, tally: RequestTally): void {
  const common = { registry, tally };
  talliedCounter(
    {
      ...common,
      name: "berth_requests_total",
      help: "Inference requests that have ended",
      labelNames: ["model", "provider", "route", "operation", "status", "outcome"],
    },
    ({ like, requests }) => [
      {
        labels: {
          ...routed(like),
          operation: like.operation,
          status: String(like.status),
          outcome: like.outcome,
        },
        value: requests,
      },
    ],
  );
  talliedHistogram(
    {
      ...common,
      name: "berth_request_duration_seconds",
      help: "From the request's arrival to the answer's end",
      labelNames: ["model", "provider", "operation"],
    },
    ({ like, durations }) => [{ labels: asked(like), value: durations }],
  );
  talliedHistogram(
    {
      ...common,
      name: "berth_time_to_first_byte_seconds",
      help: "From the request's arrival to the first byte of the answer's body",
      labelNames: ["model", "provider", "operation"],
    },
    ({ like, firstBytes }) => unlessEmpty(asked(like), firstBytes),
  );
  talliedCounter(
    {
      ...common,
      name: "berth_tokens_total",
      help: "Tokens as whoever answered counted them; cached ones are part of the prompt, reasoning of the completion",
      labelNames: ["model", "provider", "route", "kind"],
    },
    ({ like, tokens }) => tokenKinds.flatMap((kind) => counted({ ...routed(like), kind }, tokens[kind])),
  );
  talliedCounter(
    {
      ...common,
      name: "berth_cost_usd_total",
      help: "US dollars, by the price of whoever answered",
      labelNames: ["model", "provider", "route"],
    },
    ({ like, costUsd }) => counted(routed(like), costUsd),
  );
  talliedCounter(
    {
      ...common,
      name: "berth_limit_refusals_total",
      help: "Requests that the limits or budgets of their keys refused",
      labelNames: ["code"],
    },
    ({ like, requests }) =>
      isOwnRefusal(like) ? [{ labels: { code: like.errorCode ?? "" }, value: requests }] : [],
  );
  talliedHistogram(
    {
      ...common,
      name: "berth_held_seconds",
      help: "How long requests waited for a service to start",
      labelNames: ["model"],
    },
    ({ like, held }) => unlessEmpty({ model: like.model ?? "" }, held),
  );
  talliedCounter(
    {
      ...common,
      name: "berth_retries_total",
      help: "Requests that were sent to a second upstream",
      labelNames: ["model"],
    },
    ({ like, retries }) => counted({ model: like.model ?? "" }, retries === 0 ? undefined : retries),
  );
}

type Like = RequestSeries["like"];

function asked({ model = "", provider = "", operation }: Like) {
  return { model, provider, operation };
}

function routed({ model = "", provider = "", route = "" }: Like) {
  return { model, provider, route };
}

function counted<Name extends string>(
  labels: Record<Name, string>,
  value: number | undefined,
): readonly Told<Name, number>[] {
  return value === undefined ? [] : [{ labels, value }];
}

function unlessEmpty<Name extends string>(
  labels: Record<Name, string>,
  value: Buckets,
): readonly Told<Name, Buckets>[] {
  return value.isEmpty ? [] : [{ labels, value }];
}

/** Before anybody was asked: whoever answers has limits too, and tells of them by the same code. */
function isOwnRefusal({ errorCode, model }: Observation): boolean {
  return errorCode === "budget_exceeded" || (errorCode === "rate_limited" && model === undefined);
}
