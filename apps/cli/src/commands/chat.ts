import { isatty } from "node:tty";
import type { Command } from "commander";
import { chooseModel } from "../chat/choose-model.ts";
import type { Sampling } from "../chat/sampling.ts";
import type { ChatStart } from "../chat/terminal-chat.ts";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { addExamples } from "../help.ts";
import { readAll } from "../read-all.ts";
import { decimalNumber, wholeNumber } from "../read-number.ts";

interface Options {
  readonly message?: string;
  readonly system?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly seed?: number;
}

export function define(command: Command, cli: Cli): void {
  command
    .argument("[model]", "a service's name or id, or a model's repository id (the only one running)")
    .option("-m, --message <text>", "ask this, print the answer, and leave")
    .option("-s, --system <text>", "the system prompt")
    .option("-t, --temperature <value>", "0 is sober, 2 is wild", decimalNumber(0, 2))
    .option("--max-tokens <count>", "longest answer", wholeNumber(1, 100_000_000))
    .option("--seed <number>", "the same answer again", wholeNumber(0, 2 ** 32 - 1))
    .action(async (named: string | undefined, options: Options) => {
      const converses = options.message === undefined && isatty(0);
      const message = converses ? undefined : (options.message ?? (await readAll(cli.io.stdin)));
      if (message?.trim() === "")
        throw new CliError("usage", "there is nothing to ask: give --message, or text on standard input");
      const start: ChatStart = {
        model: named ?? (await chooseModel(cli)),
        system: options.system,
        sampling: readSampling(options),
      };
      if (message !== undefined) {
        const { answerOnce } = await import("../chat/single-answer.ts");
        return answerOnce(cli, start, message);
      }
      const { TerminalChat } = await import("../chat/terminal-chat.ts");
      await new TerminalChat(cli, start).run();
    });
  addExamples(command, {
    "berth chat": "with the only model that runs",
    "berth chat pilot -s 'Answer in one word.'": "with a system prompt",
    "berth chat pilot -m 'What is Berth?'": "one answer, for scripts",
    "git diff | berth chat pilot -s 'Explain this.'": "the question on standard input",
  });
}

function readSampling({ temperature, maxTokens, seed }: Options): Sampling {
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(seed === undefined ? {} : { seed }),
  };
}
