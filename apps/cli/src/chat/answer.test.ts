import type { ChatChunk } from "@berth/client";
import { expect, test } from "vitest";
import { describeStats, readAnswer } from "./answer.ts";

interface Step {
  readonly atMs: number;
  readonly chunk: ChatChunk;
}

const says = (atMs: number, content: string): Step => ({
  atMs,
  chunk: { choices: [{ index: 0, delta: { content } }] },
});

/** Plays the steps at their times. */
async function play(steps: readonly Step[]) {
  let nowMs = 0;
  const told: string[] = [];
  const thought: string[] = [];
  async function* chunks(): AsyncGenerator<ChatChunk> {
    for (const { atMs, chunk } of steps) {
      nowMs = atMs;
      yield chunk;
    }
  }
  const listener = {
    onText: (text: string) => told.push(text),
    onReasoning: (text: string) => thought.push(text),
  };
  return { answer: await readAnswer(chunks(), listener, () => nowMs), told, thought };
}

test("the rate counts the tokens after the first, over the time from the first to the last", async () => {
  const { answer, told } = await play([
    { atMs: 50, chunk: { choices: [{ index: 0, delta: { role: "assistant", content: "" } }] } },
    says(120, "Hel"),
    says(620, "lo"),
    { atMs: 700, chunk: { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] } },
    {
      atMs: 710,
      chunk: { choices: [], usage: { prompt_tokens: 4, completion_tokens: 6, total_tokens: 10 } },
    },
  ]);
  expect(told).toEqual(["Hel", "lo"]);
  expect(answer).toMatchObject({ text: "Hello", finishReason: "stop", usage: { total_tokens: 10 } });
  expect(answer.stats).toEqual({ firstTokenMs: 120, tokensPerSecond: 10, completionTokens: 6 });
  expect(describeStats(answer.stats)).toBe("6 tokens · 10.0 tokens/s · first after 0.12 s");
});

test("without usage the pieces are counted; one piece has no rate", async () => {
  const { answer } = await play([says(80, "Hi")]);
  expect(answer.stats).toEqual({ firstTokenMs: 80, tokensPerSecond: undefined, completionTokens: 1 });
  expect(describeStats(answer.stats)).toBe("1 token · first after 0.08 s");
});

test("thoughts are told apart and are no part of the answer", async () => {
  const { answer, thought } = await play([
    { atMs: 10, chunk: { choices: [{ index: 0, delta: { reasoning_content: "hm" } }] } },
    says(20, "Yes"),
  ]);
  expect(thought).toEqual(["hm"]);
  expect(answer.text).toBe("Yes");
  expect(answer.stats.firstTokenMs).toBe(10);
});

test("an empty answer has no first token", async () => {
  const { answer } = await play([]);
  expect(answer.stats.firstTokenMs).toBeUndefined();
});
