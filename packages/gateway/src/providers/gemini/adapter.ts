import type { OperationName } from "../../operation.ts";
import { authHeaders } from "../auth-headers.ts";
import { frameOf } from "../pieces/frame.ts";
import type { ProviderAdapter, ProviderAnswer, ProviderCall, ProviderPlan } from "../provider.ts";
import { readFailure } from "../read-failure.ts";
import { parseAnswer, streamOf } from "../translated-answer.ts";
import type { WireAnswer } from "../wire.ts";
import type { Answer } from "./answer.ts";
import { embed } from "./embed.ts";
import { refineFailure } from "./failure.ts";
import { modelPath } from "./model-name.ts";
import { readAnswer } from "./read-answer.ts";
import { readStream } from "./read-stream.ts";
import { generateContentRequest } from "./write-request.ts";

/** Google's Gemini API. */
export const gemini: ProviderAdapter = {
  kind: "gemini",
  plan(operation: OperationName): ProviderPlan | undefined {
    if (operation === "chat.completions") return { kind: "translate", operation: "chat", call: generate };
    if (operation === "embeddings") return { kind: "translate", operation, call: embedTexts };
    return undefined;
  },
};

async function generate(call: ProviderCall): Promise<ProviderAnswer> {
  const { request, stream, upstream, newId } = call;
  const body = generateContentRequest(request, upstream.model);
  const answer = await post(call, stream ? "streamGenerateContent?alt=sse" : "generateContent", body);
  if (stream) return streamOf(readStream(answer.body, call));
  const said = parseAnswer(await answer.text()) as Answer;
  return { kind: "whole", body: readAnswer(said, frameOf(call, "chatcmpl", said.responseId), newId) };
}

async function embedTexts(call: ProviderCall): Promise<ProviderAnswer> {
  const send = async (body: unknown): Promise<object> =>
    parseAnswer(await (await post(call, "batchEmbedContents", body)).text());
  return { kind: "whole", body: await embed(call.request, modelPath(call.upstream.model), send) };
}

async function post(
  { wire, clock, upstream }: ProviderCall,
  method: string,
  body: unknown,
): Promise<WireAnswer> {
  const { target, model } = upstream;
  const base = /\/v1(?:alpha|beta)?$/.test(target.url) ? target.url : `${target.url}/v1beta`;
  const answer = await wire.send({
    method: "POST",
    url: `${base}/${modelPath(model)}:${method}`,
    headers: ["content-type", "application/json", ...authHeaders(target)],
    body: JSON.stringify(body),
  });
  if (answer.status >= 400) throw await readFailure(answer, clock.now(), refineFailure);
  return answer;
}
