import { backoffMs } from "@berth/std/backoff";
import { ModelCallFailure } from "../model-calls.ts";
import { saysNothing, type Stage, type Wish } from "../prompts.ts";
import { pack } from "./pack.ts";
import { partOf, type Part } from "./part.ts";

/** What a call brought. */
export interface Answer {
  readonly text: string;
  readonly tokens: number;
  readonly finishReason: string | undefined;
}

export type CallState =
  | { readonly kind: "waiting"; readonly failures: number; readonly notBeforeMs: number }
  | { readonly kind: "running"; readonly failures: number }
  | { readonly kind: "answered"; readonly answer: Answer }
  /** Merging one answer alone would only cost time: it stands as it is. */
  | { readonly kind: "passed-on"; readonly answer: Answer }
  | { readonly kind: "failed"; readonly failure: ModelCallFailure };

export interface Call {
  readonly id: number;
  readonly stage: Stage;
  readonly part: Part;
  readonly state: CallState;
}

/** All that is known of the work: the calls of this round, in the documents' order. */
export interface Board {
  readonly wish: Wish;
  readonly round: number;
  readonly calls: readonly Call[];
  readonly nextId: number;
  /** Nobody is called before: who refused for want of room has said so. */
  readonly heldUntilMs: number;
  /** How many calls whoever answers seems to take at once, and how many were answered since that was found out. */
  readonly takes: { readonly atOnce: number; readonly answered: number };
}

export interface Bounds {
  readonly parallel: number;
  /** Tokens of text that one prompt may hold, of documents and of answers. */
  readonly budget: { readonly [stage in Stage]: number };
  readonly maxFailures: number;
}

export type Step =
  | { readonly kind: "call"; readonly calls: readonly Call[] }
  /** Until a call ends, or until then. */
  | { readonly kind: "wait"; readonly untilMs: number | undefined }
  | { readonly kind: "next-round"; readonly board: Board }
  | { readonly kind: "finish"; readonly answer: Answer }
  | { readonly kind: "give-up"; readonly call: Call; readonly failure: ModelCallFailure };

/** Each merges two answers at least, so that more of them only come of a model that does not keep its bounds. */
const mostRounds = 16;
const roomWaitMs = 5_000;
const backoff = { firstMs: 1_000, maxMs: 60_000, jitter: 0.5 };

export function firstRound(wish: Wish, parts: readonly Part[]): Board {
  const takes = { atOnce: Number.POSITIVE_INFINITY, answered: 0 };
  return round({ wish, round: 0, nextId: 0, heldUntilMs: 0, takes }, parts);
}

function round(facts: Omit<Board, "calls">, parts: readonly Part[]): Board {
  const stage = facts.round === 0 ? "read" : "merge";
  const calls = parts.map((part, index) => ({
    id: facts.nextId + index,
    stage,
    part,
    state: { kind: "waiting", failures: 0, notBeforeMs: 0 },
  })) satisfies readonly Call[];
  return { ...facts, calls, nextId: facts.nextId + calls.length };
}

/** What to do now. It decides everything; whoever carries it out chooses nothing. */
export function nextStep(board: Board, nowMs: number, bounds: Bounds): Step {
  for (const call of board.calls)
    if (call.state.kind === "failed") return { kind: "give-up", call, failure: call.state.failure };
  const [only, ...others] = board.calls;
  if (only !== undefined && others.length === 0 && only.state.kind === "answered")
    return { kind: "finish", answer: only.state.answer };
  const answers = board.calls.flatMap((call) => {
    const { state } = call;
    return state.kind === "answered" || state.kind === "passed-on" ? [{ call, answer: state.answer }] : [];
  });
  if (answers.length === board.calls.length) return merge(board, answers, bounds);
  const running = board.calls.filter(({ state }) => state.kind === "running").length;
  const waiting = board.calls.flatMap((call) =>
    call.state.kind === "waiting"
      ? [{ call, dueMs: Math.max(board.heldUntilMs, call.state.notBeforeMs) }]
      : [],
  );
  const free = Math.max(0, Math.min(bounds.parallel, board.takes.atOnce) - running);
  const due = waiting.filter(({ dueMs }) => dueMs <= nowMs).slice(0, free);
  if (due.length > 0) return { kind: "call", calls: due.map(({ call }) => call) };
  const untilMs = free > 0 && waiting.length > 0 ? Math.min(...waiting.map(({ dueMs }) => dueMs)) : undefined;
  return { kind: "wait", untilMs };
}

interface Answered {
  readonly call: Call;
  readonly answer: Answer;
}

/** The next round reads what this one wrote; what helps nothing is left out unless nothing helps. */
function merge(board: Board, all: readonly Answered[], { budget }: Bounds): Step {
  const helping = all.filter(({ answer }) => !saysNothing(board.wish, answer.text));
  const kept = helping.length === 0 ? all : helping;
  const things = kept.map((each) => ({ ...each, tokens: each.answer.tokens }));
  const groups = pack(things, budget.merge);
  const [last] = all;
  if (last !== undefined && (groups.length >= all.length || board.round === mostRounds)) {
    const failure = new ModelCallFailure(
      "refused",
      `the answers are too long to be merged within the model's context (${things.map(({ tokens }) => tokens).join(", ")} tokens); the model does not keep to maxOutputTokens`,
      { code: "unprocessable" },
    );
    return { kind: "give-up", call: last.call, failure };
  }
  const parts = groups.map((group) =>
    partOf(
      group.map(({ call, answer, tokens }) => ({
        text: answer.text.trim(),
        tokens,
        sources: call.part.sources,
        continues: false,
      })),
    ),
  );
  const next = round({ ...board, round: board.round + 1 }, parts);
  if (groups.length === 1) return { kind: "next-round", board: next };
  const calls = next.calls.map((call, index) => {
    const [first, ...rest] = groups[index] ?? [];
    if (first === undefined || rest.length > 0) return call;
    return { ...call, state: { kind: "passed-on", answer: first.answer } } satisfies Call;
  });
  return { kind: "next-round", board: { ...next, calls } };
}

export function started(board: Board, id: number): Board {
  return change(board, id, (call) =>
    call.state.kind === "waiting" ? { kind: "running", failures: call.state.failures } : call.state,
  );
}

export function answered(board: Board, id: number, answer: Answer): Board {
  const next = change(board, id, () => ({ kind: "answered", answer }));
  const { atOnce, answered: before } = board.takes;
  // one more is tried when as many were answered as run at once
  const takes = before + 1 < atOnce ? { atOnce, answered: before + 1 } : { atOnce: atOnce + 1, answered: 0 };
  return { ...next, takes };
}

/** The board after a call that failed: asked again later, cut in two, or given up. */
export function failed(
  board: Board,
  id: number,
  failure: ModelCallFailure,
  {
    nowMs,
    maxFailures,
    random,
  }: { readonly nowMs: number; readonly maxFailures: number; readonly random: () => number },
): Board {
  const call = board.calls.find((one) => one.id === id);
  if (call?.state.kind !== "running") return board;
  const failures = call.state.failures + 1;
  switch (failure.kind) {
    case "refused":
      return change(board, id, () => ({ kind: "failed", failure }));
    case "too-long":
      return cut(board, call) ?? change(board, id, () => ({ kind: "failed", failure }));
    case "busy": {
      const others = board.calls.filter(({ state }) => state.kind === "running").length - 1;
      const takes = { atOnce: Math.max(1, others), answered: 0 };
      // while it answers others, it is well, and there is only too much of us
      const counted = others > 0 ? call.state.failures : failures;
      if (counted >= maxFailures) return change(board, id, () => ({ kind: "failed", failure }));
      const notBeforeMs = nowMs + (failure.retryAfterMs ?? backoffMs(Math.max(1, counted), backoff, random));
      const next = change(board, id, () => ({ kind: "waiting", failures: counted, notBeforeMs }));
      // a short wait is for room, which comes when another has ended; a long one is for a limit on all of us
      const isForAll = others === 0 || notBeforeMs - nowMs > roomWaitMs;
      return {
        ...next,
        takes,
        heldUntilMs: isForAll ? Math.max(board.heldUntilMs, notBeforeMs) : board.heldUntilMs,
      };
    }
    case "try-again": {
      if (failures >= maxFailures) return change(board, id, () => ({ kind: "failed", failure }));
      const notBeforeMs = nowMs + (failure.retryAfterMs ?? backoffMs(failures, backoff, random));
      return change(board, id, () => ({ kind: "waiting", failures, notBeforeMs }));
    }
  }
}

/** Two calls in the place of one that was too long; `undefined` where it cannot be cut. */
function cut(board: Board, call: Call): Board | undefined {
  const { pieces, tokens } = call.part;
  if (pieces.length < 2) return undefined;
  const parts = pack(pieces, Math.ceil(tokens / 2)).map(partOf);
  const fresh = parts.map((part, index) => ({
    ...call,
    id: board.nextId + index,
    part,
    state: { kind: "waiting", failures: 0, notBeforeMs: 0 },
  })) satisfies readonly Call[];
  const calls = board.calls.flatMap((one) => (one.id === call.id ? fresh : [one]));
  return { ...board, calls, nextId: board.nextId + fresh.length };
}

function change(board: Board, id: number, next: (call: Call) => CallState): Board {
  const calls = board.calls.map((call) => (call.id === id ? { ...call, state: next(call) } : call));
  return { ...board, calls };
}
