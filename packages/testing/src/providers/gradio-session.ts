import type { CallItem, GradioCall } from "./gradio-call.ts";

/** What waits for one reader, who may come before it. */
class Channel<Item> {
  readonly #items: Item[] = [];
  #wake = Promise.withResolvers<void>();

  push(item: Item): void {
    this.#items.push(item);
    this.#wake.resolve();
  }

  async next(): Promise<Item> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) return item;
      this.#wake = Promise.withResolvers<void>();
      await this.#wake.promise;
    }
  }
}

/** The calls of one session hash, whose messages one stream carries. */
export class GradioSession {
  readonly #channel = new Channel<{ readonly call: GradioCall; readonly item: CallItem }>();
  readonly #running = new Map<string, GradioCall>();

  /** Starts a call; its messages wait until the stream is read. */
  start(call: GradioCall): void {
    this.#running.set(call.id, call);
    this.#channel.push({ call, item: { kind: "estimation" } });
    void this.#pump(call);
  }

  find(callId: string): GradioCall | undefined {
    return this.#running.get(callId);
  }

  /** Ends after the last message of the last call, or where a connection is to be cut. */
  async *stream(): AsyncGenerator<{ readonly call: GradioCall; readonly item: CallItem }> {
    for (;;) {
      const next = await this.#channel.next();
      yield next;
      if (isLast(next.item)) this.#running.delete(next.call.id);
      if (next.item.kind === "cut" || next.item.kind === "unexpected_error" || this.#running.size === 0)
        return;
    }
  }

  async #pump(call: GradioCall): Promise<void> {
    for await (const item of call.run()) this.#channel.push({ call, item });
  }
}

export function isLast(item: CallItem): boolean {
  switch (item.kind) {
    case "completed":
    case "failed":
    case "canceled":
    case "unexpected_error":
    case "cut":
      return true;
    case "estimation":
    case "process_starts":
    case "generating":
      return false;
  }
}
