import { setImmediate as turn } from "node:timers/promises";
import type { Handler, HandlerContext, HandlerRequest } from "./handler.ts";
import { HandlerError } from "./handler-error.ts";

export type Outcome =
  | { readonly kind: "value"; readonly value: unknown }
  /** It was a generator: all it yielded was handed over. */
  | { readonly kind: "streamed" };

/**
 * Runs the handler to its end. Yielded values are handed to `onValue`, one after the other, and the generator waits for it.
 * Rejects with what the handler throws, or with the signal's reason as soon as that aborts, whether the handler heeds it
 * or not: what it does afterwards is nobody's any more.
 */
export async function runHandler(
  handler: Handler<never>,
  request: HandlerRequest,
  context: HandlerContext,
  onValue: (value: unknown) => Promise<void> | void,
): Promise<Outcome> {
  const { signal } = context;
  signal.throwIfAborted();
  const given = (handler as Handler)(request, context);
  const outcome = (async (): Promise<Outcome> => {
    if (!isGenerator(given)) {
      const value = await given;
      if (!isGenerator(value)) return { kind: "value", value };
      return drain(value, signal, onValue);
    }
    return drain(given, signal, onValue);
  })();
  return Promise.race([outcome, rejectOnAbort(signal, outcome)]);
}

/** Resolves never; rejects when the signal aborts while the work goes on. */
function rejectOnAbort(signal: AbortSignal, work: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    const forget = (): void => signal.removeEventListener("abort", abort);
    work.then(forget, forget);
  });
}

async function drain(
  generator: Iterator<unknown> | AsyncIterator<unknown>,
  signal: AbortSignal,
  onValue: (value: unknown) => Promise<void> | void,
): Promise<Outcome> {
  try {
    for (;;) {
      const step = await generator.next();
      signal.throwIfAborted();
      if (step.done === true) return { kind: "streamed" };
      await onValue(step.value);
      // a generator that never waits must let heartbeats and cancellations through
      await turn();
    }
  } catch (error) {
    // its `finally` blocks run; it may hang in them, which is its own affair
    void Promise.resolve(generator.return?.()).catch(() => undefined);
    throw error;
  }
}

function isGenerator(value: unknown): value is Iterator<unknown> | AsyncIterator<unknown> {
  if (typeof value !== "object" || value === null || !("next" in value)) return false;
  return typeof value.next === "function" && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

/** A signal that aborts by itself after so long, and by the other one; `done` lets go of its timer. */
export function timedSignal(
  other: AbortSignal,
  timeoutMs: number | undefined,
): { readonly signal: AbortSignal; readonly done: () => void } {
  if (timeoutMs === undefined) return { signal: other, done: () => undefined };
  const limit = new AbortController();
  const timer = setTimeout(
    () =>
      limit.abort(
        new HandlerError("execution_timeout", `the handler was not done within ${timeoutMs / 1000} s`, {
          status: 504,
        }),
      ),
    timeoutMs,
  );
  return { signal: AbortSignal.any([other, limit.signal]), done: () => clearTimeout(timer) };
}
