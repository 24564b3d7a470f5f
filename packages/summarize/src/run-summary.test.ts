import type { SummaryEvent } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import { describe, expect, test } from "vitest";
import type { Atom } from "./documents/document.ts";
import { ModelCallFailure } from "./model-calls.ts";
import { prepareSummary, type SummaryJob } from "./prepare-summary.ts";
import { runSummary } from "./run-summary.ts";
import { FakeCalls, type FakeModel } from "./test/fake-calls.ts";

const never = new AbortController().signal;
const latencyMs = 10_000;

/** Pages of 600 tokens, of which a context of 1,024 holds one each. */
function pages(count: number): readonly Atom[] {
  return Array.from({ length: count }, (_, page) => {
    const place = { kind: "page", page: page + 1 } as const;
    return Array.from({ length: 6 }, (__, atom) => ({
      text: `Sentence ${atom + 1} of page ${page + 1}. `,
      tokens: 100,
      file: "paper.pdf",
      place,
    }));
  }).flat();
}

interface Given {
  readonly pages: number;
  readonly model?: Partial<FakeModel>;
  readonly job?: Partial<SummaryJob>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: SummaryEvent) => void;
}

/** Runs it to its end on a clock that goes as fast as everybody sleeps. */
async function run(given: Given) {
  const clock = new FakeClock(0);
  const calls = new FakeCalls({ clock, latencyMs, contextTokens: 1_024, ...given.model });
  const world = { calls, clock, random: () => 0 };
  const job: SummaryJob = {
    model: "m",
    wish: { kind: "summary", instruction: undefined },
    read: async () => pages(given.pages),
    parallel: 10,
    maxOutputTokens: 128,
    partTokens: 600,
    ...given.job,
  };
  const prepared = await prepareSummary(job, world, never);
  const events: SummaryEvent[] = [];
  let ended = false;
  const reading = (async () => {
    for await (const event of runSummary(prepared, world, given.signal ?? never)) {
      events.push(event);
      given.onEvent?.(event);
    }
  })()
    .catch((error: unknown) => error)
    .finally(() => (ended = true));
  for (await clock.advance(0); !ended; await clock.advance(100));
  return { error: await reading, events, calls, tookMs: clock.now(), parts: prepared.parts.length };
}

const texts = (events: readonly SummaryEvent[]): string =>
  events.map((event) => (event.type === "delta" ? event.text : "")).join("");
const done = (events: readonly SummaryEvent[]) => events.find((event) => event.type === "done");

describe("as many calls run at once as may, and none waits for nothing", () => {
  test.each([
    [1, 10, 1],
    [10, 10, 1],
    [30, 10, 3],
    [25, 10, 3],
    [30, 3, 10],
    [7, 1, 7],
  ])("%i parts, %i at once: %i times one call's time", async (count, parallel, waves) => {
    const { calls, parts } = await run({ pages: count, job: { parallel } });
    expect(parts).toBe(count);
    expect(calls.most).toBe(Math.min(count, parallel));
    const readMs = calls.endedMs[count - 1] ?? Number.NaN;
    expect((waves * latencyMs) / readMs).toBe(1);
  });
});

test("a model that takes fewer at once than may run is kept busy all the same", async () => {
  const { calls, error, parts } = await run({
    pages: 30,
    model: {
      refuse: (running) =>
        running > 3 ? new ModelCallFailure("busy", "full", { retryAfterMs: 2_000 }) : undefined,
    },
  });
  expect([error, parts]).toEqual([undefined, 30]);
  const readMs = calls.endedMs.toSorted((a, b) => a - b)[29] ?? Number.NaN;
  expect((10 * latencyMs) / readMs).toBeGreaterThan(0.97);
});

test("the last call's words come as they are written, and the end tells what came of what", async () => {
  const { events } = await run({ pages: 3, model: { answer: (_, number) => `Part ${number} said this.` } });
  expect(texts(events)).toBe("Part 3 said this.");
  const places = events.flatMap((event) =>
    event.type === "part" ? [[event.part.round, event.part.text, event.part.sources[0]?.firstPage]] : [],
  );
  expect(places).toEqual([
    [0, "Part 0 said this.", 1],
    [0, "Part 1 said this.", 2],
    [0, "Part 2 said this.", 3],
  ]);
  expect(done(events)).toMatchObject({
    text: "Part 3 said this.",
    sources: [{ file: "paper.pdf", firstPage: 1, lastPage: 3 }],
    usage: { calls: 4, promptTokens: 40, completionTokens: 16 },
    finishReason: "stop",
    tokenCount: "estimated",
    durationMs: 2 * latencyMs,
  });
});

test("progress is told with what is left", async () => {
  const { events } = await run({ pages: 20 });
  const told = events.flatMap((event) => (event.type === "progress" ? [event] : []));
  expect(told[0]).toMatchObject({ round: 0, partsDone: 0, partsTotal: 20, remainingMs: null });
  expect(told.find(({ partsDone }) => partsDone === 10)).toMatchObject({ remainingMs: 2 * latencyMs });
  expect(told.at(-1)).toMatchObject({ partsDone: 1, partsTotal: 1, remainingMs: 0 });
});

test("a question is answered in the same way", async () => {
  const { calls } = await run({ pages: 2, job: { wish: { kind: "ask", question: "Who sails?" } } });
  expect(calls.asked).toHaveLength(3);
  for (const { prompt } of calls.asked) expect(prompt).toContain("Who sails?");
});

test("the model's own tokenizer counts, where there is one", async () => {
  const words = (text: string): number => text.split(" ").length - 1;
  // 5 tokens a sentence, and not the 100 that were estimated
  const { parts, events } = await run({ pages: 20, model: { count: words } });
  expect([parts, done(events)?.type === "done" && done(events)]).toEqual([
    1,
    expect.objectContaining({ tokenCount: "exact" }),
  ]);
});

describe("calls that fail", () => {
  const once =
    (failing: number, failure: Error): FakeModel["answer"] =>
    (_, number) => {
      if (number === failing) throw failure;
      return `Answer ${number}.`;
    };
  const busy = new ModelCallFailure("busy", "too many", { code: "rate_limited", retryAfterMs: 60_000 });

  test.each([
    ["are tried again", once(1, new ModelCallFailure("try-again", "reset")), 5],
    ["when whoever refused wants it", once(1, busy), 5],
    ["in two parts when they were too long", once(1, new ModelCallFailure("too-long", "long")), 6],
    ["when they brought nothing", (_: unknown, number: number) => (number === 1 ? " " : "Something."), 5],
  ])("%s", async (_, answer, count) => {
    const { error, events, calls } = await run({ pages: 3, model: { answer } });
    expect([error, done(events)?.type, calls.asked.length]).toEqual([undefined, "done", count]);
  });

  test("Retry-After is waited for, and not less", async () => {
    const { tookMs } = await run({ pages: 3, model: { answer: once(1, busy) } });
    expect(tookMs).toBe(latencyMs / 2 + 60_000 + 2 * latencyMs);
  });

  test.each([
    [
      "that never will be answered",
      new ModelCallFailure("refused", "no such model", { code: "model_not_found" }),
      "model_not_found",
      "paper.pdf, page 2: no such model",
    ],
    ["that nobody foresaw", new TypeError("a fault of ours"), undefined, "a fault of ours"],
  ])("%s end all, and cancel the others", async (_, failure, code, message) => {
    const { error, calls } = await run({ pages: 3, model: { answer: once(1, failure) } });
    expect([(error as { code?: string }).code, (error as Error).message]).toEqual([code, message]);
    expect(calls.running).toBe(0);
    expect(calls.asked).toHaveLength(3);
  });

  test("a part that fails five times ends all", async () => {
    const answer: FakeModel["answer"] = ({ prompt }) => {
      if (prompt.includes("of page 2")) throw new ModelCallFailure("try-again", "reset");
      return "Fine.";
    };
    const { error, calls } = await run({ pages: 3, model: { answer } });
    expect(error).toMatchObject({ code: "upstream_failed", message: "paper.pdf, page 2: reset" });
    expect(calls.asked).toHaveLength(7);
  });
});

test("cancelling ends every call at once, and throws the reason", async () => {
  const caller = new AbortController();
  const { error, calls } = await run({
    pages: 30,
    signal: caller.signal,
    onEvent: (event) => {
      if (event.type === "part") caller.abort(new Error("enough"));
    },
  });
  expect(error).toMatchObject({ message: "enough" });
  expect([calls.running, calls.cancelled > 0]).toEqual([0, true]);
});

test("a context without room for two answers is refused before any call", async () => {
  await expect(run({ pages: 1, job: { maxOutputTokens: 600 } })).rejects.toMatchObject({
    code: "invalid_request",
    param: "maxOutputTokens",
  });
});
