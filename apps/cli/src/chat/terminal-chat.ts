import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { untilInterrupted } from "../interrupt.ts";
import { tellError } from "../tell-error.ts";
import { oneLine, plainText } from "../terminal/plain-text.ts";
import { StatusLine } from "../terminal/status-line.ts";
import { describeStats, readAnswer, type Message } from "./answer.ts";
import { callableNames } from "./choose-model.ts";
import { chatHelp, readLineCommand } from "./line-command.ts";
import { LineReader } from "./line-reader.ts";
import { readMessage } from "./read-message.ts";
import type { Sampling } from "./sampling.ts";

export interface ChatStart {
  readonly model: string;
  readonly system: string | undefined;
  readonly sampling: Sampling;
}

/** A conversation at the terminal, until the user leaves. A failed answer is told, and the conversation goes on. */
export class TerminalChat {
  readonly #cli: Cli;
  readonly #sampling: Sampling;
  #model: string;
  #system: string | undefined;
  #messages: Message[] = [];

  constructor(cli: Cli, { model, system, sampling }: ChatStart) {
    this.#cli = cli;
    this.#model = model;
    this.#system = system;
    this.#sampling = sampling;
  }

  async run(): Promise<void> {
    const { print, style, io } = this.#cli;
    print(style.dim(`Talking to ${oneLine(this.#model)}. /help lists commands, Ctrl-D leaves.`));
    const reader = new LineReader(io.stdin, io.stdout);
    let interrupts = 0;
    try {
      for (;;) {
        const line = await readMessage(reader, style);
        if (line.kind !== "line") print("");
        if (line.kind === "end") return;
        interrupts = line.kind === "interrupt" ? interrupts + 1 : 0;
        if (interrupts > 1) return;
        if (line.kind === "interrupt") print(style.dim("(Ctrl-C again, Ctrl-D or /exit leaves)"));
        else if (!(await this.#act(line.text))) return;
      }
    } finally {
      reader.close();
    }
  }

  /** Whether to go on. */
  async #act(line: string): Promise<boolean> {
    const { print, style } = this.#cli;
    const command = readLineCommand(line);
    switch (command.kind) {
      case "nothing":
        return true;
      case "exit":
        return false;
      case "help":
        print(chatHelp);
        return true;
      case "reset":
        this.#messages = [];
        print(style.dim("(the conversation is forgotten)"));
        return true;
      case "system":
        if (command.prompt !== undefined) this.#system = command.prompt === "" ? undefined : command.prompt;
        print(
          style.dim(
            this.#system === undefined ? "(no system prompt)" : `(system prompt: ${oneLine(this.#system)})`,
          ),
        );
        return true;
      case "model":
        await this.#changeModel(command.name);
        return true;
      case "unknown":
        print(
          `No command /${command.name}${command.near === undefined ? "" : ` (did you mean /${command.near}?)`}; /help lists them.`,
        );
        return true;
      case "say":
        await this.#say(command.text);
        return true;
    }
  }

  async #changeModel(name: string | undefined): Promise<void> {
    const { print, style } = this.#cli;
    const names = await callableNames(this.#cli);
    if (name === undefined) {
      for (const known of names) print(`${known === this.#model ? style.green("•") : " "} ${oneLine(known)}`);
      return;
    }
    if (!names.includes(name)) {
      print(`There is no model "${oneLine(name)}"; there is ${names.map(oneLine).join(", ")}.`);
      return;
    }
    this.#model = name;
    print(style.dim(`(talking to ${oneLine(name)}; the conversation goes on)`));
  }

  async #say(text: string): Promise<void> {
    const { io, style, print } = this.#cli;
    const question: Message = { role: "user", content: text };
    const system: Message[] = this.#system === undefined ? [] : [{ role: "system", content: this.#system }];
    const waiting = new StatusLine(io.stdout);
    let told = "";
    const write = (piece: string, paint: (text: string) => string): void => {
      waiting.clear();
      io.stdout.write(paint(plainText(piece)));
    };
    try {
      await untilInterrupted("stopped", async (signal) => {
        const chunks = this.#cli
          .client()
          .streamChatCompletion(
            { ...this.#sampling, model: this.#model, messages: [...system, ...this.#messages, question] },
            { signal, onComment: (comment) => waiting.show(comment === "" ? "waiting" : comment) },
          );
        const answer = await readAnswer(
          chunks,
          {
            onText: (piece) => {
              told += piece;
              write(piece, (shown) => shown);
            },
            onReasoning: (piece) => write(piece, style.dim),
          },
          () => performance.now(),
        );
        const cut = answer.finishReason === "length" ? " · cut at the token limit" : "";
        print(`\n${style.dim(`${describeStats(answer.stats)}${cut}`)}`);
      });
      this.#messages.push(question, { role: "assistant", content: told });
    } catch (error) {
      waiting.clear();
      const stopped = error instanceof CliError && error.reason === "interrupted";
      // What was read stays part of the conversation; a question that failed does not.
      if (stopped && told !== "") this.#messages.push(question, { role: "assistant", content: told });
      if (stopped) print(style.dim("\n(stopped)"));
      else io.stderr.write(`\n${tellError(error, this.#cli.options.verbose === true)}`);
    }
  }
}
