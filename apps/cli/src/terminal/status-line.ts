import { oneLine } from "./plain-text.ts";
import { shorten, terminalColumns } from "./width.ts";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMs = 100;

/** One line about what is going on: rewritten in place on a terminal, one line for each change elsewhere. */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  #text = "";
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** `milestone` is what is told where lines cannot be rewritten: told once for each value, not for each change. */
  show(text: string, milestone: string = text): void {
    if (!this.#stream.isTTY) {
      if (milestone !== this.#text) this.#stream.write(`${oneLine(milestone)}\n`);
      this.#text = milestone;
      return;
    }
    this.#text = oneLine(text);
    this.#draw();
    this.#timer ??= setInterval(() => this.#draw(), frameMs).unref();
  }

  /** Leaves no trace on a terminal. */
  clear(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#stream.isTTY && this.#text !== "") this.#stream.write("\r\u001b[2K");
    this.#text = "";
  }

  #draw(): void {
    this.#frame = (this.#frame + 1) % frames.length;
    const columns = Math.max(10, (terminalColumns(this.#stream) ?? 80) - 3);
    this.#stream.write(`\r\u001b[2K${frames[this.#frame] ?? ""} ${shorten(this.#text, columns)}`);
  }
}
