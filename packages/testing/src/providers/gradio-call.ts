import { randomUUID } from "node:crypto";
import type { AnswerFault } from "./faulty-stream.ts";
import { GradioFailure, type GradioFunction } from "./gradio-app.ts";
import type { GradioMessage, Outputs } from "./gradio-messages.ts";

export type GradioFault =
  | AnswerFault
  /** The queue takes no more. */
  | { readonly kind: "queue_full" }
  /** The server goes down while it answers. */
  | { readonly kind: "unexpected_error"; readonly afterPieces: number };

/** What the streams of a call carry: its messages, or the end of the connection. */
export type CallItem = GradioMessage | { readonly kind: "cut"; readonly how: "reset" | "end" };

/** One call of a function, from the queue to its last message. */
export class GradioCall {
  readonly id = randomUUID().replaceAll("-", "");
  readonly function: GradioFunction;
  readonly #fault: GradioFault | undefined;
  readonly #canceled = Promise.withResolvers<void>();
  readonly #data = Promise.withResolvers<Outputs>();

  constructor(called: GradioFunction, fault: GradioFault | undefined) {
    this.function = called;
    this.#fault = fault;
  }

  /** Brings the inputs; what comes twice counts once. */
  attach(data: Outputs): void {
    this.#data.resolve(data);
  }

  cancel(): void {
    this.#canceled.resolve();
  }

  /** Waits for the inputs, and on a fault that says no more for the call to be canceled. */
  async *run(): AsyncGenerator<CallItem> {
    const data = await this.#data.promise;
    yield { kind: "process_starts" };
    let before: Outputs | undefined;
    try {
      for (const outputs of this.#answers(data)) {
        if (outputs === "fault") {
          const item = await this.#fail();
          if (item !== undefined) yield item;
          return;
        }
        if (this.function.generator) yield { kind: "generating", data: outputs, before };
        before = outputs;
      }
      yield { kind: "completed", data: before ?? [], generated: this.function.generator };
    } catch (cause) {
      yield { kind: "failed", cause, generated: before !== undefined };
    }
  }

  /** What the function answers; `fault` where the fault is. */
  *#answers(data: Outputs): Iterable<Outputs | "fault"> {
    const fault = this.#fault !== undefined && "afterPieces" in this.#fault ? this.#fault : undefined;
    let count = 0;
    for (const outputs of callFunction(this.function, data)) {
      if (fault?.afterPieces === count) yield "fault";
      count += 1;
      yield outputs;
    }
    if (fault !== undefined && fault.afterPieces >= count) yield "fault";
  }

  async #fail(): Promise<CallItem | undefined> {
    const fault = this.#fault;
    switch (fault?.kind) {
      case "error":
        throw new GradioFailure(fault.message);
      case "unexpected_error":
        return { kind: "unexpected_error", message: "Server stopped unexpectedly." };
      case "stall":
        await this.#canceled.promise;
        return { kind: "canceled" };
      case "reset":
      case "end":
        return { kind: "cut", how: fault.kind };
      case "status":
      case "queue_full":
      case undefined:
        return undefined;
    }
  }
}

/** Throws Gradio's `ValueError` for missing inputs, states included; inputs too many it leaves out. */
export function callFunction(called: GradioFunction, data: Outputs): Iterable<Outputs> {
  const { inputs } = called;
  if (data.length < inputs.length) {
    const wanted = inputs.map((input) => input.type).join(", ");
    const received = data.map((each) => (typeof each === "string" ? `"${each}"` : String(each))).join(", ");
    throw new Error(
      `An event handler (${called.apiName ?? "lambda"}) didn't receive enough input values ` +
        `(needed: ${inputs.length}, got: ${data.length}).\n` +
        "Check if the event handler calls a Javascript function, and make sure its return value is correct.\n" +
        `Wanted inputs:\n    [${wanted}]\nReceived inputs:\n    [${received}]`,
    );
  }
  return called.run(data.slice(0, inputs.length));
}
