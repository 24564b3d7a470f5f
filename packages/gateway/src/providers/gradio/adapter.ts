import type { Usage } from "../../openai/shapes.ts";
import type { ProviderAdapter, ProviderAnswer, ProviderCall } from "../provider.ts";
import { requireTranslatable } from "../require-translatable.ts";
import type { Piece } from "../pieces/piece.ts";
import { answerText, finishBy, type TextEnds } from "../text-answer.ts";
import { planText, readTextRequest, type TextRequest } from "../text-request.ts";
import { chooseFunction } from "./choose-function.ts";
import { fillInputs } from "./fill-inputs.ts";
import type { GradioApp, GradioFunction } from "./gradio-app.ts";
import { GradioClient } from "./gradio-client.ts";
import { broken } from "./gradio-failure.ts";
import { h2oGptFields, h2oGptFunction, h2oGptInputs, readH2oGptReply } from "./h2ogpt.ts";
import { textIn } from "./output-text.ts";
import type { Outputs } from "./queue-messages.ts";
import { runFunction } from "./run-function.ts";

/** A Gradio app, whatever its version: one of its functions answers. h2oGPT is one that is known. */
export const gradio: ProviderAdapter = {
  kind: "gradio",
  plan: (operation) => planText(operation, ask),
};

/** How a function is asked, and its answers are understood. */
interface Asking {
  readonly called: GradioFunction;
  readonly data: Outputs;
  /** So far. */
  readonly read: (outputs: Outputs) => { readonly text: string; readonly usage?: Usage | undefined };
  readonly ends: TextEnds;
}

const everywhere = ["messages", "prompt", "stop"] as const;
const sampling = ["max_tokens", "max_completion_tokens", "temperature", "top_p", "top_k", "seed"] as const;

async function ask(call: ProviderCall): Promise<ProviderAnswer> {
  const request = readTextRequest(call);
  const client = new GradioClient(call);
  const app = await client.app();
  const { called, data, read, ends } = askingOf(app, request, call);
  const answers = runFunction(client, { app, called, data, session: call.newId() });
  try {
    const pieces = (call.stream ? asItGrows : atTheEnd)(answers, read, request.maxTokens);
    return await answerText(call, pieces, ends);
  } catch (error) {
    client.forget();
    throw error;
  }
}

function askingOf(app: GradioApp, request: TextRequest, call: ProviderCall): Asking {
  const { apiName } = call.upstream.target.options;
  const h2oGpt = h2oGptFunction(app, apiName);
  if (h2oGpt !== undefined) {
    requireTranslatable(call.request, {
      translated: [...everywhere, ...sampling, ...h2oGptFields(call.upstream.target)],
      provider: "h2oGPT",
    });
    const data = h2oGptInputs(h2oGpt, request, call);
    return {
      called: h2oGpt,
      data,
      read: readH2oGptReply,
      ends: { stops: request.stops, spaceBeforeAnswer: false },
    };
  }
  const { called, roles, answer } = chooseFunction(app, apiName);
  const known = sampling.filter((field) =>
    roles.settings.has(field === "max_completion_tokens" ? "max_tokens" : field),
  );
  const translated = [...everywhere, ...known];
  requireTranslatable(call.request, { translated, provider: "this Gradio app" });
  const { data, stops, spaceBeforeAnswer } = fillInputs(called.inputs, roles, request, call);
  return {
    called,
    data,
    read: (outputs) => ({ text: textIn(outputs[answer]) }),
    ends: { stops: [...request.stops, ...stops], spaceBeforeAnswer },
  };
}

/** Each answer holds all that was said before. */
async function* asItGrows(
  answers: AsyncGenerator<Outputs>,
  read: Asking["read"],
  maxTokens: number | undefined,
): AsyncGenerator<Piece> {
  let told = "";
  let usage: Usage | undefined;
  for await (const outputs of answers) {
    const said = read(outputs);
    usage = said.usage ?? usage;
    // some cut blanks from the end at last
    if (told.startsWith(said.text)) continue;
    if (!said.text.startsWith(told)) throw broken("the app takes back what it has said, which no stream can");
    yield { text: said.text.slice(told.length) };
    told = said.text;
  }
  yield { finish: finishBy(usage, maxTokens), usage };
}

async function* atTheEnd(
  answers: AsyncGenerator<Outputs>,
  read: Asking["read"],
  maxTokens: number | undefined,
): AsyncGenerator<Piece> {
  let last: ReturnType<Asking["read"]> = { text: "" };
  for await (const outputs of answers) last = read(outputs);
  yield { ...last, finish: finishBy(last.usage, maxTokens) };
}
