import { randomInt } from "node:crypto";
import { chatRequestSchema, parseRequest, type ChatRequest } from "@berth/api/openai";
import { answerRules } from "../chat/answer-rules.ts";
import { chatMessages, toolDefinitions } from "../chat/chat-message.ts";
import type { ChatTemplate } from "../chat/chat-template.ts";
import { toolMarks } from "../chat/tool-format.ts";
import type { GenerationResult, TokenReport } from "../core/generation.ts";
import type { Generation, LlamaHost } from "../core/host.ts";
import { ChatChoice, type ChoiceOptions, type IdentifiedCall } from "./chat-choice.ts";
import { ChatFrames, type ChatFinishReason } from "./chat-frames.ts";
import { chatLogprobs } from "./chat-logprobs.ts";
import { EventStream } from "./event-stream.ts";
import { createdAt, sendJson, type Exchange } from "../../../serving/exchange.ts";
import { runChoices } from "./run-choices.ts";
import { samplingOf, stopsOf } from "./sampling-request.ts";
import { usageOf } from "./usage.ts";

interface PreparedChat {
  readonly request: ChatRequest;
  readonly model: string;
  readonly generations: readonly Generation[];
  readonly options: ChoiceOptions;
}

/** `POST /v1/chat/completions`. Everything that can be refused is refused before the first byte. */
export async function chat(host: LlamaHost, template: ChatTemplate, exchange: Exchange): Promise<void> {
  const prepared = await prepare(host, template, exchange);
  if (prepared.request.stream === true) await stream(host, prepared, exchange);
  else await answer(host, prepared, exchange);
}

async function prepare(host: LlamaHost, template: ChatTemplate, exchange: Exchange): Promise<PreparedChat> {
  const request = parseRequest(chatRequestSchema, exchange.body);
  const rules = answerRules(request, template.toolFormat);
  const variables = request["chat_template_kwargs"];
  const text = template.render(
    chatMessages(request.messages),
    toolDefinitions(rules.tools),
    typeof variables === "object" && variables !== null ? { ...variables } : {},
  );
  const prompt = host.promptOf(text, "messages");
  const mayCall = rules.tools.length > 0;
  const randomSeed = randomInt(2 ** 32);
  const owner = {};
  const generations = Array.from({ length: request.n ?? 1 }, (_, index) =>
    host.prepare({
      prompt,
      maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
      sampling: samplingOf(host, request, index, randomSeed),
      stop: [...stopsOf(request), ...template.stop],
      grammar: rules.grammar,
      topLogprobs: request.logprobs === true ? (request.top_logprobs ?? 0) : undefined,
      shownSpecials: mayCall ? toolMarks : [],
      owner,
    }),
  );
  return {
    request,
    model: modelOf(request.model, host),
    generations: await Promise.all(generations),
    options: {
      toolFormat: mayCall ? template.toolFormat : undefined,
      oneCall: request.parallel_tool_calls === false,
      dropFirstSpace: host.facts.startsWithSpace,
      newCallId: () => exchange.newId("call_"),
    },
  };
}

/** The name the client used for the model; the service's own when it used none. */
export function modelOf(model: string | null | undefined, host: LlamaHost): string {
  return model === null || model === undefined || model === "" ? host.facts.servedName : model;
}

async function stream(host: LlamaHost, prepared: PreparedChat, exchange: Exchange): Promise<void> {
  const { request, model, generations, options } = prepared;
  const includeUsage = request.stream_options?.include_usage === true;
  const frames = new ChatFrames({
    id: exchange.newId("chatcmpl-"),
    created: createdAt(exchange),
    model,
    includeUsage,
  });
  const events = new EventStream(exchange.response, exchange.clock);
  const tellsLogprobs = request.logprobs === true;
  const choices = generations.map((_, index) => {
    void events.write(frames.role(index));
    return new ChatChoice(options, {
      text: (text, tokens) =>
        events.write(frames.content(index, text, tellsLogprobs ? chatLogprobs(host, tokens) : undefined)),
      call: (call, callIndex) => {
        void events.write(frames.callStart(index, callIndex, call.id, call.name));
        return events.write(frames.callArguments(index, callIndex, call.arguments));
      },
    });
  });
  try {
    const results = await runChoices(
      generations,
      (index) => (text, tokens) => choices[index]?.push(text, tokens),
      exchange.signal,
      async (index, result) => {
        const reason = (await choices[index]?.end(result)) ?? result.finishReason;
        await events.write(frames.finish(index, reason));
      },
    );
    if (includeUsage) await events.write(frames.usage(usageOf([results])));
    events.end();
  } catch (error) {
    events.fail(error, exchange.log);
  }
}

/** A choice that is sent whole. */
class WholeChoice {
  text = "";
  readonly calls: IdentifiedCall[] = [];
  readonly tokens: TokenReport[] = [];
}

async function answer(host: LlamaHost, prepared: PreparedChat, exchange: Exchange): Promise<void> {
  const { request, model, generations, options } = prepared;
  const wholes = generations.map(() => new WholeChoice());
  const choices = wholes.map(
    (whole) =>
      new ChatChoice(options, {
        text: (text, tokens) => {
          whole.text += text;
          whole.tokens.push(...tokens);
        },
        call: (call) => void whole.calls.push(call),
      }),
  );
  const reasons: ChatFinishReason[] = [];
  const results = await runChoices(
    generations,
    (index) => (text, tokens) => choices[index]?.push(text, tokens),
    exchange.signal,
    async (index, result: GenerationResult) => {
      reasons[index] = (await choices[index]?.end(result)) ?? result.finishReason;
    },
  );
  sendJson(exchange.response, 200, {
    id: exchange.newId("chatcmpl-"),
    object: "chat.completion",
    created: createdAt(exchange),
    model,
    choices: wholes.map((whole, index) => ({
      index,
      message: messageOf(whole),
      logprobs:
        request.logprobs === true ? { content: chatLogprobs(host, whole.tokens), refusal: null } : null,
      finish_reason: reasons[index] ?? "stop",
    })),
    usage: usageOf([results]),
  });
}

function messageOf({ text, calls }: WholeChoice): object {
  const message = {
    role: "assistant",
    content: calls.length > 0 && text === "" ? null : text,
    refusal: null,
  };
  if (calls.length === 0) return message;
  return {
    ...message,
    tool_calls: calls.map(({ id, name, arguments: input }) => ({
      id,
      type: "function",
      function: { name, arguments: input },
    })),
  };
}
