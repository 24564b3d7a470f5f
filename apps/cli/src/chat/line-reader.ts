import { createInterface, type Interface } from "node:readline";

export type Line =
  | { readonly kind: "line"; readonly text: string }
  /** Ctrl-C. */
  | { readonly kind: "interrupt" }
  /** Ctrl-D, or the terminal is gone. */
  | { readonly kind: "end" };

const pasteOn = "\u001b[?2004h";
const pasteOff = "\u001b[?2004l";

/**
 * Lines typed at a terminal, with editing and history; none is lost between two reads, and several that are pasted are
 * one. The terminal is in raw mode only while a line is awaited: otherwise Ctrl-C is a signal.
 */
export class LineReader {
  readonly #input: NodeJS.ReadStream;
  readonly #output: NodeJS.WriteStream;
  readonly #reader: Interface;
  readonly #ready: Line[] = [];
  #wake: (() => void) | undefined;
  #pasted: string[] = [];
  #isPasting = false;
  #isClosed = false;

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream) {
    this.#input = input;
    this.#output = output;
    this.#reader = createInterface({ input, output, terminal: true, removeHistoryDuplicates: true });
    this.#reader.on("line", (text) => this.#line(text));
    this.#reader.on("SIGINT", () => {
      this.#pasted = [];
      this.#push({ kind: "interrupt" });
    });
    this.#reader.on("close", () => {
      this.#isClosed = true;
      this.#push({ kind: "end" });
    });
    input.on("keypress", (_: unknown, key: { readonly name?: string } | undefined) => {
      if (key?.name === "paste-start") this.#isPasting = true;
      if (key?.name === "paste-end") this.#isPasting = false;
    });
    this.#rest();
  }

  async next(prompt: string): Promise<Line> {
    if (this.#ready.length === 0 && !this.#isClosed) {
      this.#output.write(pasteOn);
      this.#reader.setPrompt(prompt);
      this.#reader.resume();
      this.#input.setRawMode(true);
      this.#reader.prompt();
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    this.#rest();
    return this.#ready.shift() ?? { kind: "end" };
  }

  close(): void {
    this.#reader.close();
  }

  #line(text: string): void {
    this.#pasted.push(text);
    if (this.#isPasting) return;
    this.#push({ kind: "line", text: this.#pasted.join("\n") });
    this.#pasted = [];
  }

  #push(line: Line): void {
    this.#ready.push(line);
    this.#wake?.();
    this.#wake = undefined;
  }

  #rest(): void {
    this.#output.write(pasteOff);
    if (this.#isClosed) return;
    this.#reader.pause();
    this.#input.setRawMode(false);
  }
}
