import type { Clock } from "@berth/std/clock";
import type { ChatCall, ChatPiece, ModelCalls } from "../model-calls.ts";

export interface FakeModel {
  readonly clock: Clock;
  readonly latencyMs: number;
  readonly contextTokens?: number | undefined;
  /** How many tokens a text has; nobody counts when absent. */
  readonly count?: (text: string) => number;
  /** What the call is answered, by its number from 0; what it throws, the call throws. */
  /** Why a call is refused at once when so many would run with it. */
  readonly refuse?: (running: number) => Error | undefined;
  readonly answer?: ((call: ChatCall, number: number) => string) | undefined;
}

/** A model that answers after a while, and what it was asked. */
export class FakeCalls implements ModelCalls {
  readonly asked: ChatCall[] = [];
  readonly endedMs: number[] = [];
  running = 0;
  most = 0;
  cancelled = 0;
  readonly #model: FakeModel;

  constructor(model: FakeModel) {
    this.#model = model;
  }

  contextTokens(): Promise<number | undefined> {
    return Promise.resolve(this.#model.contextTokens);
  }

  countTokens(_: string, text: string): Promise<number | undefined> {
    return Promise.resolve(this.#model.count?.(text));
  }

  async *chat(call: ChatCall, signal: AbortSignal): AsyncIterable<ChatPiece> {
    const { clock, latencyMs, answer, refuse } = this.#model;
    const refusal = refuse?.(this.running + 1);
    if (refusal !== undefined) throw refusal;
    const number = this.asked.push(call) - 1;
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    try {
      await clock.sleep(latencyMs / 2, signal);
      const words = (answer?.(call, number) ?? `Answer ${number}.`).split(/(?<= )/);
      for (const text of words) yield { kind: "text", text };
      await clock.sleep(latencyMs / 2, signal);
      yield { kind: "end", completionTokens: words.length, promptTokens: 10, finishReason: "stop" };
    } finally {
      this.running -= 1;
      this.endedMs.push(clock.monotonic());
      if (signal.aborted) this.cancelled += 1;
    }
  }
}
