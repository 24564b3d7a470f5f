import { BerthError, type SummaryEvent, type SummaryPart } from "@berth/api";
import { describeSources } from "./describe-sources.ts";
import { ModelCallFailure } from "./model-calls.ts";
import {
  answered,
  failed,
  firstRound,
  nextStep,
  started,
  type Board,
  type Bounds,
  type Call,
} from "./plan/board.ts";
import { guessTokens } from "./plan/budget.ts";
import { remainingMs } from "./plan/remaining.ts";
import type { PreparedSummary, SummaryWorld } from "./prepare-summary.ts";
import { promptOf } from "./prompts.ts";

const maxFailures = 5;
const progressEveryMs = 500;

/**
 * Carries a summary out and tells how it goes; the last event is `done`. Throws BerthError that names the part and why
 * it failed, or the signal's reason; leaving the loop cancels every call that is under way.
 */
export async function* runSummary(
  prepared: PreparedSummary,
  world: SummaryWorld,
  signal: AbortSignal,
): AsyncGenerator<SummaryEvent, void, undefined> {
  const leaving = new AbortController();
  const run = new SummaryRun(prepared, world, AbortSignal.any([signal, leaving.signal]));
  try {
    yield* run.events();
  } finally {
    leaving.abort();
    await run.settled();
  }
}

class SummaryRun {
  readonly #prepared: PreparedSummary;
  readonly #world: SummaryWorld;
  readonly #signal: AbortSignal;
  readonly #bounds: Bounds;
  readonly #startedMs: number;
  readonly #running = new Set<Promise<void>>();
  readonly #events: SummaryEvent[] = [];
  /** Pieces of answers that are being written, by call. */
  readonly #writing = new Map<number, number>();
  readonly #usage = { calls: 0, promptTokens: 0, completionTokens: 0 };
  #board: Board;
  /** What the first round wrote, in the documents' order. */
  #parts: SummaryPart[] = [];
  #tookMs: number[] = [];
  #toldMs = Number.NEGATIVE_INFINITY;
  #changed = Promise.withResolvers<void>();
  #unforeseen: { readonly error: unknown } | undefined;

  constructor(prepared: PreparedSummary, world: SummaryWorld, signal: AbortSignal) {
    this.#prepared = prepared;
    this.#world = world;
    this.#signal = signal;
    this.#bounds = { parallel: prepared.parallel, budget: prepared.budget, maxFailures };
    this.#board = firstRound(prepared.wish, prepared.parts);
    this.#startedMs = world.clock.monotonic();
    signal.addEventListener("abort", () => this.#changed.resolve(), { once: true });
  }

  async *events(): AsyncGenerator<SummaryEvent, void, undefined> {
    this.#tellProgress();
    for (;;) {
      yield* this.#events.splice(0);
      this.#signal.throwIfAborted();
      if (this.#unforeseen !== undefined) throw this.#unforeseen.error;
      const step = nextStep(this.#board, this.#world.clock.monotonic(), this.#bounds);
      switch (step.kind) {
        case "call":
          for (const call of step.calls) this.#start(call);
          break;
        case "wait":
          await this.#change(step.untilMs);
          break;
        case "next-round":
          if (this.#board.round === 0) this.#parts = partsOf(this.#board);
          this.#board = step.board;
          this.#tookMs = [];
          this.#tellProgress();
          break;
        case "give-up":
          throw givenUp(step.call, step.failure);
        case "finish":
          yield {
            type: "done",
            text: step.answer.text,
            model: this.#prepared.model,
            parts: this.#parts,
            sources: [...(this.#board.calls[0]?.part.sources ?? [])],
            finishReason: step.answer.finishReason ?? null,
            tokenCount: this.#prepared.isExact ? "exact" : "estimated",
            usage: { ...this.#usage },
            durationMs: Math.round(this.#world.clock.monotonic() - this.#startedMs),
          };
          return;
      }
    }
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Resolves when a call has told something, the signal aborts, or it is so late. */
  async #change(untilMs: number | undefined): Promise<void> {
    const { clock } = this.#world;
    const waiting = new AbortController();
    const due = untilMs === undefined ? [] : [clock.sleep(untilMs - clock.monotonic(), waiting.signal)];
    // the sleep is cut short when something else has come
    await Promise.race([this.#changed.promise, ...due.map((sleep) => sleep.catch(() => undefined))]);
    waiting.abort();
    this.#changed = Promise.withResolvers<void>();
  }

  #start(call: Call): void {
    // the last call's answer is the summary
    const isLast = this.#board.calls.length === 1;
    this.#board = started(this.#board, call.id);
    const carried = this.#carry(call, isLast)
      .catch((error: unknown) => (this.#unforeseen = { error }))
      .then(() => {
        this.#running.delete(carried);
        this.#changed.resolve();
      });
    this.#running.add(carried);
  }

  async #carry(call: Call, isLast: boolean): Promise<void> {
    const { clock, random } = this.#world;
    const begunMs = clock.monotonic();
    this.#usage.calls += 1;
    let text = "";
    try {
      const { finishReason, tokens } = await this.#read(call, (piece) => {
        text += piece;
        if (isLast) this.#events.push({ type: "delta", text: piece });
      });
      if (text.trim() === "")
        throw new ModelCallFailure(
          "try-again",
          finishReason === "length"
            ? "the model wrote nothing before its bound; raise maxOutputTokens"
            : "the model wrote nothing",
        );
      this.#tookMs.push(clock.monotonic() - begunMs);
      this.#board = answered(this.#board, call.id, {
        text,
        tokens: tokens ?? guessTokens(text),
        finishReason,
      });
      if (!isLast) this.#events.push({ type: "part", part: partOf(call, this.#board.round, text) });
    } catch (error) {
      if (this.#signal.aborted) return;
      if (!(error instanceof ModelCallFailure)) throw error;
      // what was shown cannot be taken back, so it is not written anew
      const failure = isLast && text !== "" ? new ModelCallFailure("refused", error.message, error) : error;
      const nowMs = clock.monotonic();
      this.#board = failed(this.#board, call.id, failure, { nowMs, maxFailures, random });
    } finally {
      this.#writing.delete(call.id);
      this.#tellProgress();
    }
  }

  async #read(
    call: Call,
    onText: (text: string) => void,
  ): Promise<{ readonly finishReason: string | undefined; readonly tokens: number | undefined }> {
    const { model, wish, maxOutputTokens } = this.#prepared;
    const prompt = promptOf(wish, call.stage, call.part.text);
    let pieces = 0;
    let end: { readonly finishReason: string | undefined; readonly tokens: number | undefined } | undefined;
    for await (const piece of this.#world.calls.chat({ model, prompt, maxOutputTokens }, this.#signal)) {
      switch (piece.kind) {
        case "text":
          pieces += 1;
          this.#writing.set(call.id, pieces);
          onText(piece.text);
          if (this.#world.clock.monotonic() - this.#toldMs >= progressEveryMs) this.#tellProgress();
          this.#changed.resolve();
          break;
        case "end":
          end = { finishReason: piece.finishReason, tokens: piece.completionTokens };
          this.#usage.promptTokens += piece.promptTokens ?? call.part.tokens;
      }
    }
    this.#usage.completionTokens += end?.tokens ?? pieces;
    return end ?? { finishReason: undefined, tokens: undefined };
  }

  #tellProgress(): void {
    const { calls, round } = this.#board;
    const nowMs = this.#world.clock.monotonic();
    this.#toldMs = nowMs;
    const writing = [...this.#writing.values()].reduce((sum, pieces) => sum + pieces, 0);
    const outputTokens = this.#usage.completionTokens + writing;
    this.#events.push({
      type: "progress",
      round,
      partsDone: calls.filter(({ state }) => state.kind === "answered" || state.kind === "passed-on").length,
      partsTotal: calls.length,
      outputTokens,
      tokensPerSecond:
        nowMs > this.#startedMs ? Math.round((10_000 * outputTokens) / (nowMs - this.#startedMs)) / 10 : 0,
      remainingMs: remainingMs(this.#board, this.#tookMs, this.#prepared.parallel) ?? null,
    });
  }
}

function partsOf({ calls, round }: Board): SummaryPart[] {
  return calls.flatMap((call) =>
    call.state.kind === "answered" ? [partOf(call, round, call.state.answer.text)] : [],
  );
}

function partOf({ id, part }: Call, round: number, text: string): SummaryPart {
  return { id, round, text, sources: [...part.sources] };
}

function givenUp({ part, stage }: Call, failure: ModelCallFailure): BerthError {
  const what = stage === "read" ? describeSources(part.sources) : "merging what was written";
  return new BerthError(failure.code, `${what}: ${failure.message}`, {
    details: { sources: part.sources },
    cause: failure,
  });
}
