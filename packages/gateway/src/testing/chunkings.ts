import type { IngressRenderer } from "../ingress/ingress.ts";
import type { ChatChunk, ChatDelta, FinishReason, ToolCallDelta, Usage } from "../openai/shapes.ts";

/** An answer, as a model means it. */
export interface MeantAnswer {
  readonly thinking: string;
  readonly text: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly finish: FinishReason;
}

export const usage = {
  prompt_tokens: 12,
  completion_tokens: 7,
  total_tokens: 19,
  prompt_tokens_details: { cached_tokens: 5, cache_write_tokens: 2 },
  completion_tokens_details: { reasoning_tokens: 3 },
} as const satisfies Usage;

export function chunk(delta: ChatDelta, finish: FinishReason | null = null): ChatChunk {
  return {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1_760_000_000,
    model: "pilot",
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

export const usageChunk: ChatChunk = { ...chunk({}), choices: [], usage };

export const meantAnswers: readonly MeantAnswer[] = [
  { thinking: "", text: "Grüße, 👋 Welt\n\n", calls: [], finish: "stop" },
  { thinking: "hm", text: "", calls: [], finish: "length" },
  { thinking: "Which city?", text: "I look.", calls: [call(0, '{"city":"Köln"}')], finish: "tool_calls" },
  {
    thinking: "",
    text: "",
    calls: [call(0, '{"a":"}{","b":[{}]}'), call(1, "{}"), call(2, '{"deep":{"er":1.5e3}}')],
    finish: "tool_calls",
  },
];

function call(index: number, text: string): MeantAnswer["calls"][number] {
  return { id: `call_${index}`, name: `tool_${index}`, arguments: text };
}

/** The answer in pieces, cut wherever chance cuts; the arguments of several calls come in turns where it says so. */
function chunkings(answer: MeantAnswer, seed: number): ChatChunk[] {
  const chance = chances(seed);
  const pieces = (text: string): string[] => {
    const cut: string[] = [];
    for (let at = 0; at < text.length;) {
      const length = 1 + Math.floor(chance() * 5);
      cut.push(text.slice(at, at + length));
      at += length;
    }
    return cut;
  };
  const calls = answer.calls.map((each, index): ToolCallDelta[] => [
    { index, id: each.id, type: "function", function: { name: each.name, arguments: "" } },
    ...pieces(each.arguments).map((text) => ({ index, function: { arguments: text } })),
  ]);
  return [
    chunk({ role: "assistant", content: "" }),
    ...pieces(answer.thinking).map((text) => chunk({ reasoning_content: text })),
    ...pieces(answer.text).map((text) => chunk({ content: text })),
    ...(chance() < 0.5 ? calls.flat() : inTurns(calls)).map((delta) => chunk({ tool_calls: [delta] })),
    chunk({}, answer.finish),
    usageChunk,
  ];
}

/** The stream in which a renderer tells the answer, cut into pieces by chance. */
export function streamOf(renderer: IngressRenderer, answer: MeantAnswer, seed: number): string {
  const pieces = chunkings(answer, seed).map((each) => renderer.chunk(each));
  return pieces.join("") + renderer.end();
}

/** The data of a stream's events. */
export function* eventsIn(stream: string) {
  for (const event of stream.split("\n\n").slice(0, -1))
    yield JSON.parse(event.replace(/^(?:event:.*\n)?data:/, ""));
}

function inTurns(lists: readonly (readonly ToolCallDelta[])[]): ToolCallDelta[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

/** The same numbers from 0 to 1 for the same seed. */
function chances(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** `1`, `2`, ... */
export function counted(): () => string {
  let count = 0;
  return () => String(++count);
}

export const seeds = Array.from({ length: 50 }, (_, seed) => seed);
