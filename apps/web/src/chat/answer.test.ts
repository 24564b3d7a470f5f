import type { ChatChunk } from "@berth/client";
import { expect, test } from "vitest";
import { answerMessage, beginAnswer, measure, withChunk, withComment, type Answer } from "./answer.ts";

type Delta = ChatChunk["choices"][number]["delta"];

const chunk = (delta: Delta, finish_reason: string | null = null): ChatChunk => ({
  choices: [{ index: 0, delta, finish_reason }],
});
const told = (pieces: readonly (readonly [ms: number, chunk: ChatChunk])[]): Answer =>
  pieces.reduce((answer, [ms, piece]) => withChunk(answer, piece, ms), beginAnswer(1000));

test("pieces make a text, and the role alone is no piece", () => {
  const answer = told([
    [1100, chunk({ role: "assistant", content: "" })],
    [1250, chunk({ content: "Hel" })],
    [1300, chunk({ content: "lo" }, "stop")],
  ]);
  expect(answer).toMatchObject({ content: "Hello", pieces: 2, firstAtMs: 1250, finishReason: "stop" });
});

test("speed is told by the engine's own count, from the first token to the last", () => {
  const answer = told([
    [1250, chunk({ content: "a" })],
    [2250, chunk({ content: "b" })],
    [2260, { choices: [], usage: { prompt_tokens: 9, completion_tokens: 101, total_tokens: 110 } }],
  ]);
  expect(measure(answer)).toEqual({
    firstTokenMs: 250,
    tokensPerSecond: 100,
    promptTokens: 9,
    completionTokens: 101,
  });
});

test("before the engine has told its count, pieces stand for tokens", () => {
  const answer = told([
    [1100, chunk({ content: "a" })],
    [1200, chunk({ content: "b" })],
    [1300, chunk({ content: "c" })],
  ]);
  expect(measure(answer)).toEqual({ firstTokenMs: 100, tokensPerSecond: 10, completionTokens: 3 });
});

test("a cost that the reply tells is kept, and none is made up", () => {
  const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11, cost: 0.00014 };
  const paid = told([
    [1100, chunk({ content: "a" })],
    [1200, { choices: [], usage }],
  ]);
  expect(answerMessage(paid, given, {}).costUsd).toBe(0.00014);
  expect(answerMessage(told([[1100, chunk({ content: "a" })]]), given, {})).not.toHaveProperty("costUsd");
});

test("one token has no speed, and no token has no time", () => {
  expect(measure(told([[1100, chunk({ content: "a" })]]))).not.toHaveProperty("tokensPerSecond");
  expect(measure(beginAnswer(0))).toEqual({});
});

test("tool calls come in pieces, several at once", () => {
  const answer = told([
    [1, chunk({ tool_calls: [{ index: 0, id: "a", function: { name: "weather", arguments: "" } }] })],
    [2, chunk({ tool_calls: [{ index: 1, id: "b", function: { name: "time", arguments: "{}" } }] })],
    [3, chunk({ tool_calls: [{ index: 0, function: { arguments: '{"city"' } }] })],
    [4, chunk({ tool_calls: [{ index: 0, function: { arguments: ':"Bergen"}' } }] }, "tool_calls")],
  ]);
  expect(answer.toolCalls).toEqual([
    { id: "a", name: "weather", arguments: '{"city":"Bergen"}' },
    { id: "b", name: "time", arguments: "{}" },
  ]);
});

test("a held request says why, until the first token", () => {
  const held = withComment(withComment(beginAnswer(0), " waiting for gull: loading 62 %"), "");
  expect(held.waiting).toBe("waiting for gull: loading 62 %");
  const begun = withChunk(held, chunk({ content: "a" }), 5);
  expect(begun.waiting).toBeUndefined();
  expect(withComment(begun, "late").waiting).toBeUndefined();
});

test("other choices than the first are not told", () => {
  const other: ChatChunk = { choices: [{ index: 1, delta: { content: "no" } }] };
  expect(told([[1, other]]).content).toBe("");
});

const given = { id: "m", model: "pilot", createdAt: 5 };

test("a broken answer keeps what came, and its error", () => {
  const message = answerMessage(told([[1100, chunk({ content: "Hel" })]]), given, {
    error: "the engine died",
  });
  expect(message).toMatchObject({ ...given, role: "assistant", content: "Hel", error: "the engine died" });
});

test("a stopped answer says so, whatever the engine said", () => {
  const answer = told([[1100, chunk({ content: "Hel" }, "length")]]);
  expect(answerMessage(answer, given, { finishReason: "stopped" }).finishReason).toBe("stopped");
});

test("thoughts stand apart from the answer", () => {
  const answer = told([
    [1, chunk({ reasoning_content: "Hm." })],
    [2, chunk({ content: "Yes." })],
  ]);
  expect(answerMessage(answer, given, {})).toMatchObject({ reasoning: "Hm.", content: "Yes." });
});
