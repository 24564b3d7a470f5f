import type { ProviderTarget } from "@berth/api";
import { signAwsRequest } from "@berth/std/aws-signature";
import type { ProviderAdapter, ProviderAnswer, ProviderCall } from "../provider.ts";
import { ProviderFailure } from "../provider-failure.ts";
import { requireTranslatable } from "../require-translatable.ts";
import type { Piece } from "../pieces/piece.ts";
import { answerText } from "../text-answer.ts";
import { planText, readTextRequest, type TextRequest } from "../text-request.ts";
import { parseAnswer } from "../translated-answer.ts";
import { usualMaxTokens } from "../usual-max-tokens.ts";
import type { WireAnswer } from "../wire.ts";
import { awsKeys } from "./aws-keys.ts";
import { readWords, readWordStream } from "./container-words.ts";
import { readEventStream } from "./event-stream.ts";
import { invocation } from "./invocation.ts";
import { readRefusal, streamFailure } from "./read-refusal.ts";

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

/** SageMaker's runtime: an endpoint is a model, and speaks as its container does. */
export const sageMaker: ProviderAdapter = {
  kind: "sagemaker",
  plan: (operation) => planText(operation, invoke),
};

async function invoke(call: ProviderCall): Promise<ProviderAnswer> {
  requireTranslatable(call.request, { translated, provider: "sagemaker" });
  const request = readTextRequest(call);
  if (request.maxTokens !== undefined) return ask(call, request);
  const maxTokens = usualMaxTokens(call.upstream, JSON.stringify(request.asked));
  try {
    return await ask(call, { ...request, maxTokens });
  } catch (error) {
    // the container knows better than we do how much it takes, and nobody has asked for so much
    if (error instanceof ProviderFailure && error.kind === "too_long" && error.status !== undefined)
      return ask(call, request);
    throw error;
  }
}

async function ask(call: ProviderCall, request: TextRequest): Promise<ProviderAnswer> {
  const { body, ...ends } = invocation(request, call);
  const answer = await send(call, body);
  if (answer.status >= 400) throw await readRefusal(answer, call.clock.now());
  const isStream = answer.header("content-type")?.startsWith("application/vnd.amazon.eventstream") === true;
  return answerText(call, isStream ? readWordStream(payloads(answer)) : wholeWords(answer), ends);
}

async function send(call: ProviderCall, body: string): Promise<WireAnswer> {
  const { wire, clock, stream, upstream } = call;
  const { target, model } = upstream;
  const region = regionOf(target);
  const verb = stream ? "invocations-response-stream" : "invocations";
  const url = `${target.url}/endpoints/${encodeURIComponent(model)}/${verb}`;
  const now = clock.now();
  const keys = await awsKeys(target, region, now);
  const headers = [
    "content-type",
    "application/json",
    stream ? "x-amzn-sagemaker-accept" : "accept",
    "application/json",
    // whoever adds the endpoint has accepted the license of its model
    "x-amzn-sagemaker-custom-attributes",
    "accept_eula=true",
    ...Object.entries(target.options.headers ?? {}).flatMap(([name, value]) => [name.toLowerCase(), value]),
  ];
  const request = { method: "POST", url, headers, body } as const;
  const signed = signAwsRequest(request, { keys, region, service: "sagemaker", now: new Date(now) });
  return wire.send({ ...request, headers: signed });
}

function regionOf({ options, url }: ProviderTarget): string {
  const region = options.region ?? /^https:\/\/runtime\.sagemaker\.([a-z0-9-]+)\./.exec(url)?.[1];
  if (region !== undefined) return region;
  throw new ProviderFailure({
    kind: "credential",
    message:
      "requests are signed for a region, and nobody has said which: set the provider's option `region`",
  });
}

async function* wholeWords(answer: WireAnswer): AsyncGenerator<Piece> {
  const { text, finish = "stop" } = readWords(parseAnswer(await answer.text()));
  yield { text, finish };
}

async function* payloads(answer: WireAnswer): AsyncGenerator<Buffer> {
  for await (const { headers, payload } of readEventStream(answer.body)) {
    const failure = headers.get(":exception-type") ?? headers.get(":error-code");
    if (failure !== undefined) throw streamFailure(failure, payload);
    yield payload;
  }
}
