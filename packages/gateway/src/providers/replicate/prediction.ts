import type { Usage } from "../../openai/shapes.ts";
import { fieldsOf } from "../fields-of.ts";
import { usageOf } from "../usage-of.ts";

/** A prediction as Replicate last told of it. */
export interface Prediction {
  readonly state:
    | { readonly kind: "running" }
    | { readonly kind: "succeeded" }
    | { readonly kind: "failed"; readonly reason: string };
  /** So far. */
  readonly text: string;
  readonly urls: { readonly get: string; readonly cancel: string; readonly stream: string | undefined };
  /** Told by models that count tokens, when they are done. */
  readonly usage: Usage | undefined;
}

/** `undefined` for what is no prediction. */
export function readPrediction(json: unknown): Prediction | undefined {
  const { status, output, error, urls, metrics } = fieldsOf(json);
  const { get, cancel, stream } = fieldsOf(urls);
  if (typeof status !== "string" || typeof get !== "string" || typeof cancel !== "string") return undefined;
  const { input_token_count: input, output_token_count: written } = fieldsOf(metrics);
  return {
    state: stateOf(status, error),
    text: Array.isArray(output) ? output.join("") : typeof output === "string" ? output : "",
    urls: { get, cancel, stream: typeof stream === "string" ? stream : undefined },
    usage: usageOf({
      input: typeof input === "number" ? input : undefined,
      output: typeof written === "number" ? written : undefined,
      cached: undefined,
      cacheWrite: undefined,
      reasoning: undefined,
      cache: "in input",
      thought: "in output",
    }),
  };
}

function stateOf(status: string, error: unknown): Prediction["state"] {
  switch (status) {
    case "starting":
    case "processing":
      return { kind: "running" };
    case "succeeded":
      return { kind: "succeeded" };
    default:
      // failed, canceled, aborted
      return {
        kind: "failed",
        reason: typeof error === "string" && error !== "" ? error : `the prediction was ${status}`,
      };
  }
}
