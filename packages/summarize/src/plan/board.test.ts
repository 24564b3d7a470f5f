import { describe, expect, test } from "vitest";
import { ModelCallFailure, type FailureKind } from "../model-calls.ts";
import type { Wish } from "../prompts.ts";
import {
  answered,
  failed,
  firstRound,
  nextStep,
  started,
  type Board,
  type Bounds,
  type Step,
} from "./board.ts";
import { partOf, type Part } from "./part.ts";

const summary: Wish = { kind: "summary", instruction: undefined };
const bounds: Bounds = { parallel: 2, budget: { read: 100, merge: 100 }, maxFailures: 3 };

/** Parts of four pieces, each part of 80 tokens and of one page. */
function parts(count: number): readonly Part[] {
  return Array.from({ length: count }, (_, index) => {
    const sources = [{ file: "a.pdf", firstPage: index + 1, lastPage: index + 1, headings: [] }];
    return partOf(
      Array.from({ length: 4 }, (__, piece) => ({
        text: `p${index + 1}.${piece + 1} `,
        tokens: 20,
        sources,
        continues: piece > 0,
      })),
    );
  });
}

const board = (count: number, wish: Wish = summary): Board => firstRound(wish, parts(count));
const begin = (from: Board, ...ids: readonly number[]): Board => ids.reduce(started, from);
const finish = (from: Board, texts: Readonly<Record<number, string>>, tokens = 30): Board =>
  Object.entries(texts).reduce(
    (at, [id, text]) => answered(begin(at, Number(id)), Number(id), { text, tokens, finishReason: "stop" }),
    from,
  );
const fail = (from: Board, id: number, kind: FailureKind, retryAfterMs?: number, nowMs = 0): Board =>
  failed(begin(from, id), id, new ModelCallFailure(kind, "no", { retryAfterMs }), {
    nowMs,
    maxFailures: bounds.maxFailures,
    random: () => 0,
  });

/** Call 0 fails so many times. */
const again = (times: number, from: Board, kind: FailureKind): Board =>
  Array.from({ length: times }).reduce<Board>((at) => fail(at, 0, kind), from);

/** A step in one line. */
function told(step: Step): string {
  switch (step.kind) {
    case "call":
      return `call ${step.calls.map(({ id }) => id).join(", ")}`;
    case "wait":
      return step.untilMs === undefined ? "wait" : `wait until ${step.untilMs}`;
    case "next-round":
      return `round ${step.board.round}: ${step.board.calls.map(({ part, state }) => `${state.kind} ${JSON.stringify(part.text)}`).join(", ")}`;
    case "finish":
      return `finish ${step.answer.text}`;
    case "give-up":
      return `give up ${step.call.id}: ${step.failure.message}`;
  }
}

const ask: Wish = { kind: "ask", question: "What?" };
const none = "Nothing found.";

describe("what is done next", () => {
  test.each<[fact: string, from: Board, nowMs: number, step: string]>([
    ["calls begin in order, as many as may run at once", board(3), 0, "call 0, 1"],
    ["no more than that run at once", begin(board(3), 0, 1), 0, "wait"],
    ["when one has ended, the next begins", finish(begin(board(3), 1), { 0: "A" }), 0, "call 2"],
    ["one part needs no merging", finish(board(1), { 0: "A" }), 0, "finish A"],
    [
      "all answers that fit into one call are merged in it",
      finish(board(3), { 0: "A", 1: "B", 2: "C" }),
      0,
      'round 1: waiting "A\\n\\nB\\n\\nC"',
    ],
    [
      "answers that do not are merged in several, and one alone is passed on",
      finish(board(3), { 0: "A", 1: "B", 2: "C" }, 50),
      0,
      'round 1: waiting "A\\n\\nB", passed-on "C"',
    ],
    ["a failed call waits its time, and others go on", fail(board(3), 0, "try-again"), 0, "call 1, 2"],
    [
      "it is waited for when nothing else is to be done",
      fail(begin(board(2), 1), 0, "try-again"),
      0,
      "wait until 1000",
    ],
    ["and called again then", fail(begin(board(2), 1), 0, "try-again"), 1000, "call 0"],
    [
      "who says when to come again is left alone until then, by all",
      fail(board(3), 0, "busy", 7000),
      6999,
      "wait until 7000",
    ],
    ["and then called by one, since it answers nobody", fail(board(3), 0, "busy", 7000), 7000, "call 0"],
    [
      "who is full is called when one of its answers has ended",
      fail(begin(board(4), 1), 0, "busy", 2000),
      0,
      "wait",
    ],
    [
      "and by one more when as many were answered as it took",
      finish(fail(begin(board(4), 1), 0, "busy", 2000), { 1: "A" }),
      2000,
      "call 0, 2",
    ],
    ["who is busy with others is not given up", again(9, begin(board(4), 1), "busy"), 0, "wait"],
    ["who is busy with nobody is", again(3, board(4), "busy"), 0, "give up 0: no"],
    ["a part that is too long becomes two", fail(board(2), 0, "too-long"), 0, "call 2, 3"],
    ["what will never be answered ends all", fail(board(2), 0, "refused"), 0, "give up 0: no"],
    [
      "so does what fails again and again",
      fail(fail(fail(board(2), 0, "try-again"), 0, "try-again"), 0, "try-again"),
      0,
      "give up 0: no",
    ],
    [
      "parts that do not help to answer are left out",
      finish(board(3, ask), { 0: none, 1: "B", 2: " NOTHING FOUND" }),
      0,
      'round 1: waiting "B"',
    ],
    [
      "unless none does",
      finish(board(2, ask), { 0: none, 1: none }),
      0,
      `round 1: waiting "${none}\\n\\n${none}"`,
    ],
    [
      "a summary may say anything",
      finish(board(2), { 0: none, 1: "B" }),
      0,
      `round 1: waiting "${none}\\n\\nB"`,
    ],
    [
      "answers that can never be merged end all",
      finish(board(2), { 0: "A", 1: "B" }, 90),
      0,
      "give up 0: the answers are too long to be merged within the model's context (90, 90 tokens); the model does not keep to maxOutputTokens",
    ],
  ])("%s", (_, from, nowMs, step) => {
    expect(told(nextStep(from, nowMs, bounds))).toBe(step);
  });
});

test("a part that is cut keeps its text, order and sources", () => {
  const cut = fail(board(2), 0, "too-long");
  expect(cut.calls.map(({ id, part }) => [id, part.text, part.sources[0]?.firstPage])).toEqual([
    [2, "p1.1 p1.2 ", 1],
    [3, "p1.3 p1.4 ", 1],
    [1, "p2.1 p2.2 p2.3 p2.4 ", 2],
  ]);
});

test("what merged answers come of is known", () => {
  const step = nextStep(finish(board(3), { 0: "A", 1: "B", 2: "C" }), 0, bounds);
  expect(step.kind === "next-round" && step.board.calls[0]?.part.sources).toEqual([
    { file: "a.pdf", firstPage: 1, lastPage: 3, headings: [] },
  ]);
});

test("one sentence that is too long cannot be cut, and ends all", () => {
  const [part] = parts(1);
  const [piece] = part?.pieces ?? [];
  const from = firstRound(summary, piece === undefined ? [] : [partOf([piece])]);
  expect(told(nextStep(fail(from, 0, "too-long"), 0, bounds))).toBe("give up 0: no");
});
