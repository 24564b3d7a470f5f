import type { ProviderAdapter, ProviderAnswer, ProviderCall } from "../provider.ts";
import { requireTranslatable } from "../require-translatable.ts";
import type { Piece } from "../pieces/piece.ts";
import { answerText, finishBy } from "../text-answer.ts";
import { planText, readTextRequest } from "../text-request.ts";
import type { Prediction } from "./prediction.ts";
import { failed, Predictions } from "./predictions.ts";
import { replicateInput } from "./replicate-input.ts";

const translated = [
  "messages",
  "prompt",
  "max_tokens",
  "max_completion_tokens",
  "temperature",
  "top_p",
  "top_k",
  "seed",
  "stop",
];

const firstPauseMs = 500;
const longestPauseMs = 5_000;

/** Replicate: predictions that are created, and then streamed or looked at until they are done. */
export const replicate: ProviderAdapter = {
  kind: "replicate",
  plan: (operation) => planText(operation, predict),
};

async function predict(call: ProviderCall): Promise<ProviderAnswer> {
  requireTranslatable(call.request, { translated, provider: "replicate" });
  const request = readTextRequest(call);
  const { input, ...ends } = replicateInput(request, call);
  // not `Prefer: wait`: who leaves meanwhile could cancel nothing, for want of the prediction's id
  const predictions = new Predictions(call);
  const created = await predictions.create(call.upstream.model, input);
  return answerText(call, follow(call, predictions, created, request.maxTokens), ends);
}

/** The prediction is canceled when it is left before it is done. */
async function* follow(
  call: ProviderCall,
  predictions: Predictions,
  created: Prediction,
  maxTokens: number | undefined,
): AsyncGenerator<Piece> {
  let isOver = false;
  try {
    const { usage } = yield* created.urls.stream === undefined
      ? polled(call, predictions, created)
      : streamed(predictions, created, created.urls.stream);
    isOver = true;
    yield { finish: finishBy(usage, maxTokens), usage };
  } finally {
    if (!isOver) predictions.cancel(created);
  }
}

async function* streamed(
  predictions: Predictions,
  created: Prediction,
  url: string,
): AsyncGenerator<Piece, Pick<Prediction, "usage">> {
  for await (const text of predictions.stream(url)) yield { text };
  // the answer is whole without its count of tokens, which the stream does not tell
  return predictions.look(created).catch(() => ({ usage: undefined }));
}

async function* polled(
  { clock, wire }: ProviderCall,
  predictions: Predictions,
  created: Prediction,
): AsyncGenerator<Piece, Prediction> {
  let said = 0;
  let pauseMs = firstPauseMs;
  for (let prediction = created; ; prediction = await predictions.look(created)) {
    const { state, text } = prediction;
    if (text.length > said) yield { text: text.slice(said) };
    said = Math.max(said, text.length);
    switch (state.kind) {
      case "succeeded":
        return prediction;
      case "failed":
        throw failed(state.reason);
      case "running":
        await clock.sleep(pauseMs, wire.signal);
        pauseMs = Math.min(pauseMs * 1.25, longestPauseMs);
    }
  }
}
