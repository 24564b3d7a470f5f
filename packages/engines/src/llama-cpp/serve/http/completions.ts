import { randomInt } from "node:crypto";
import { BerthError } from "@berth/api";
import { completionRequestSchema, parseRequest, type CompletionRequest } from "@berth/api/openai";
import type { TokenReport } from "../core/generation.ts";
import type { Generation, LlamaHost } from "../core/host.ts";
import type { Token } from "../core/llama-module.ts";
import { modelOf } from "./chat.ts";
import { completionLogprobs } from "./completion-logprobs.ts";
import { EventStream } from "./event-stream.ts";
import { createdAt, sendJson, type Exchange } from "../../../serving/exchange.ts";
import { runChoices } from "./run-choices.ts";
import { samplingOf, stopsOf } from "./sampling-request.ts";
import { itemsOf, tokenList } from "./token-list.ts";
import { usageOf, type Usage } from "./usage.ts";

interface Choice {
  readonly generation: Generation;
  /** The prompt's text when the client wants it back in front of the answer. */
  readonly echo: string;
}

/** `POST /v1/completions`. Choices of several prompts are numbered through: `prompt * n + choice`. */
export async function completions(host: LlamaHost, exchange: Exchange): Promise<void> {
  const request = parseRequest(completionRequestSchema, exchange.body);
  refuseUnsupported(request);
  const n = request.n ?? 1;
  const randomSeed = randomInt(2 ** 32);
  const owner = {};
  const prompts = itemsOf(request.prompt, "prompt").map(({ item, param }) => ({
    tokens: typeof item === "string" ? host.promptOf(item, param) : tokenList(host, item, param),
    text: item,
  }));
  const choices = await Promise.all(
    prompts.flatMap(({ tokens, text }) =>
      Array.from({ length: n }, async (_, index): Promise<Choice> => {
        const generation = await host.prepare({
          prompt: tokens,
          maxTokens: request.max_tokens ?? defaultMaxTokens,
          sampling: samplingOf(host, request, index, randomSeed),
          stop: stopsOf(request),
          topLogprobs: request.logprobs ?? undefined,
          owner,
        });
        return { generation, echo: request.echo === true ? echoOf(host, text, tokens) : "" };
      }),
    ),
  );
  const head = {
    id: exchange.newId("cmpl-"),
    object: "text_completion",
    created: createdAt(exchange),
    model: modelOf(request.model, host),
  };
  if (request.stream === true) await stream(host, request, choices, n, head, exchange);
  else await answer(host, request, choices, n, head, exchange);
}

/** OpenAI's, which is short: a completion has no natural end. */
const defaultMaxTokens = 16;

function refuseUnsupported(request: CompletionRequest): void {
  const refuse = (param: string, problem: string): never => {
    throw new BerthError("unsupported", `${param} ${problem}`, { param });
  };
  if (typeof request.suffix === "string" && request.suffix !== "")
    refuse("suffix", "is not supported: this engine writes what follows a prompt");
  if (typeof request.best_of === "number" && request.best_of !== (request.n ?? 1))
    refuse("best_of", "is not supported: ask for n choices and take one");
  if (request.echo === true && typeof request.logprobs === "number")
    refuse("logprobs", "is not supported together with echo");
}

function echoOf(host: LlamaHost, given: string | readonly number[], tokens: readonly Token[]): string {
  return typeof given === "string" ? given : host.textOf(tokens);
}

async function stream(
  host: LlamaHost,
  request: CompletionRequest,
  choices: readonly Choice[],
  n: number,
  head: object,
  exchange: Exchange,
): Promise<void> {
  const includeUsage = request.stream_options?.include_usage === true;
  const start = `data: ${JSON.stringify(head).slice(0, -1)},"choices":[`;
  const tail = includeUsage ? '],"usage":null}\n\n' : "]}\n\n";
  const frame = (index: number, text: string, tokens: readonly TokenReport[], reason: string): string => {
    const logprobs =
      typeof request.logprobs === "number"
        ? JSON.stringify(completionLogprobs(host, tokens, choices[index]?.echo.length ?? 0))
        : "null";
    return `${start}{"text":${JSON.stringify(text)},"index":${index},"logprobs":${logprobs},"finish_reason":${reason}}${tail}`;
  };
  const events = new EventStream(exchange.response, exchange.clock);
  for (const [index, { echo }] of choices.entries())
    if (echo !== "") void events.write(frame(index, echo, [], "null"));
  try {
    const results = await runChoices(
      choices.map(({ generation }) => generation),
      (index) => (text, tokens) => events.write(frame(index, text, tokens, "null")),
      exchange.signal,
      async (index, { finishReason }) => events.write(frame(index, "", [], `"${finishReason}"`)),
    );
    const usage: Usage = usageOf(groups(results, n));
    if (includeUsage) await events.write(`${start}],"usage":${JSON.stringify(usage)}}\n\n`);
    events.end();
  } catch (error) {
    events.fail(error, exchange.log);
  }
}

async function answer(
  host: LlamaHost,
  request: CompletionRequest,
  choices: readonly Choice[],
  n: number,
  head: object,
  exchange: Exchange,
): Promise<void> {
  const texts = choices.map(({ echo }) => echo);
  const tokens: TokenReport[][] = choices.map(() => []);
  const results = await runChoices(
    choices.map(({ generation }) => generation),
    (index) => (text, reports) => {
      texts[index] += text;
      tokens[index]?.push(...reports);
    },
    exchange.signal,
  );
  sendJson(exchange.response, 200, {
    ...head,
    choices: results.map(({ finishReason }, index) => ({
      text: texts[index],
      index,
      logprobs:
        typeof request.logprobs === "number"
          ? completionLogprobs(host, tokens[index] ?? [], choices[index]?.echo.length ?? 0)
          : null,
      finish_reason: finishReason,
    })),
    usage: usageOf(groups(results, n)),
  });
}

/** The choices of each prompt. */
function groups<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: items.length / size }, (_, group) =>
    items.slice(group * size, (group + 1) * size),
  );
}
