import { readSse } from "@berth/std/sse-reader";
import { tellsTooLong } from "../../failure.ts";
import { errorIn } from "../../late-refusal.ts";
import { authHeaders } from "../auth-headers.ts";
import type { ProviderCall } from "../provider.ts";
import { ProviderFailure } from "../provider-failure.ts";
import { readFailure } from "../read-failure.ts";
import type { WireAnswer, WireRequest } from "../wire.ts";
import { leadsHome, mayStreamFrom } from "./prediction-urls.ts";
import { type Prediction, readPrediction } from "./prediction.ts";

/** Replicate's predictions, for one call. All but `cancel` throw ProviderFailure. */
export class Predictions {
  readonly #call: ProviderCall;

  constructor(call: ProviderCall) {
    this.#call = call;
  }

  /** `model`: OWNER/NAME, which runs its newest version, OWNER/NAME:VERSION, or a version alone. */
  create(model: string, input: unknown): Promise<Prediction> {
    const { target } = this.#call.upstream;
    const at = model.indexOf(":");
    const version = at !== -1 ? model.slice(at + 1) : model.includes("/") ? undefined : model;
    const name = model.split("/").map(encodeURIComponent).join("/");
    const path = version === undefined ? `/models/${name}/predictions` : "/predictions";
    const body = { version, input, stream: this.#call.stream ? true : undefined };
    return this.#prediction("POST", target.url + path, JSON.stringify(body));
  }

  look({ urls }: Prediction): Promise<Prediction> {
    return this.#prediction("GET", urls.get);
  }

  cancel({ urls }: Prediction): void {
    this.#call.wire.farewell({ method: "POST", url: urls.cancel, headers: this.#headersFor(urls.cancel) });
  }

  /** The pieces of the text. Ends when the model is done. */
  async *stream(url: string): AsyncGenerator<string> {
    const { wire, clock } = this.#call;
    const headers = ["accept", "text/event-stream", "cache-control", "no-store", ...this.#headersFor(url)];
    const answer = await wire.send({ method: "GET", url, headers });
    if (answer.status >= 400) throw await failureOf(answer, clock.now());
    for await (const { event, data } of readSse(answer.body)) {
      if (event === "output") yield data;
      else if (event === "error") throw failed(errorIn(data)?.message ?? data);
      else if (event === "done") {
        const reason = /"reason"\s*:\s*"(\w+)"/.exec(data)?.[1];
        if (reason !== undefined) throw failed(`the prediction ended with \`${reason}\``);
        return;
      }
    }
    throw failed("the stream ended without its last event");
  }

  async #prediction(method: "GET" | "POST", url: string, body?: string): Promise<Prediction> {
    const { wire, clock } = this.#call;
    const headers = ["accept", "application/json", ...this.#headersFor(url)];
    const request: WireRequest = {
      method,
      url,
      headers: body === undefined ? headers : ["content-type", "application/json", ...headers],
      body,
    };
    for (let tries = 1; ; tries += 1) {
      const answer = await wire.send(request);
      if (answer.status >= 400) throw await failureOf(answer, clock.now());
      const text = await answer.text();
      const prediction = readPrediction(parsed(text));
      if (prediction !== undefined) return this.#checked(prediction);
      // now and then something in front of it answers with a page of its own
      if (tries === 2)
        throw failed(`it answered with something that is no prediction: ${text.slice(0, 200)}`);
    }
  }

  /** Without a stream that would be read from where the provider has no business; then it is looked at instead. */
  #checked(prediction: Prediction): Prediction {
    const { url: own } = this.#call.upstream.target;
    const { get, cancel, stream } = prediction.urls;
    if (!leadsHome(get, own) || !leadsHome(cancel, own))
      throw failed("its prediction is to be looked at on another server, which is not called");
    if (stream === undefined || mayStreamFrom(stream, own)) return prediction;
    return { ...prediction, urls: { get, cancel, stream: undefined } };
  }

  /** The token goes to the API alone: a stream's address may be anywhere. */
  #headersFor(url: string): readonly string[] {
    const { target } = this.#call.upstream;
    return leadsHome(url, target.url) ? authHeaders(target) : [];
  }
}

/** What the model itself says when it breaks. */
export function failed(message: string): ProviderFailure {
  return new ProviderFailure({ kind: tellsTooLong(400, message) ? "too_long" : "failed", message });
}

async function failureOf(answer: WireAnswer, nowMs: number): Promise<ProviderFailure> {
  const failure = await readFailure(answer, nowMs);
  const { kind, status, message, param, retryAfterMs } = failure;
  // no credit is no fault of the caller's; an unknown version is told like an input that is wrong
  const told =
    status === 402
      ? "credential"
      : status === 422 && /version does not exist/.test(message)
        ? "absent"
        : kind;
  return new ProviderFailure({ kind: told, status, message, param, retryAfterMs });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // told apart by what it lacks
    return undefined;
  }
}
