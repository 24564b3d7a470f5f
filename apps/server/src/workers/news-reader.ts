import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { News, NumberedNews } from "./thread-messages.ts";

/** In a thread: hears the news as they come, and at once when somebody has to know how things are now. */
export class NewsReader {
  readonly #port: MessagePort;
  readonly #revision: Int32Array;
  readonly #apply: (news: News) => void;
  #read: number | undefined;
  #isReading = false;

  /** `apply` hears everything there is before this returns. */
  constructor(port: MessagePort, revision: Int32Array, apply: (news: News) => void) {
    this.#port = port;
    this.#revision = revision;
    this.#apply = apply;
    this.#receive();
    port.on("message", (news: NumberedNews) => this.#take(news));
  }

  /** Whatever was told until now is applied when this returns. Costs nothing where nothing was. */
  catchUp(): void {
    // who hears a piece and looks again hears the next from whoever is reading: not one within the other
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (Atomics.load(this.#revision, 0) !== this.#read) if (!this.#receive()) return;
    } finally {
      this.#isReading = false;
    }
  }

  #receive(): boolean {
    const received = receiveMessageOnPort(this.#port) as { message: NumberedNews } | undefined;
    if (received !== undefined) this.#take(received.message);
    return received !== undefined;
  }

  #take({ revision, news }: NumberedNews): void {
    // before it is applied: those who hear of it look again
    this.#read = revision;
    this.#apply(news);
  }
}
