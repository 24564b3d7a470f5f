import type { Cli } from "./cli.ts";
import { CliError } from "./exit.ts";

export interface TextQuestion {
  readonly message: string;
  readonly initial?: string;
  /** The flag that gives the answer without asking. */
  readonly flag: string;
  readonly secret?: boolean;
}

/** The user's answer. Where nobody can be asked: the initial answer, or a usage error that names the flag. */
export async function askText(cli: Cli, question: TextQuestion): Promise<string> {
  if (!cli.canAsk) {
    if (question.initial !== undefined) return question.initial;
    throw new CliError("usage", `give ${question.flag}`);
  }
  const prompts = await import("@clack/prompts");
  const options = {
    message: question.message,
    input: cli.io.stdin,
    output: cli.io.stderr,
    validate: (value: string | undefined) =>
      (value ?? "").trim() === "" && question.initial === undefined ? "Give a value." : undefined,
  };
  const { initial } = question;
  const answer =
    question.secret === true
      ? await prompts.password(options)
      : await prompts.text({
          ...options,
          ...(initial === undefined ? {} : { placeholder: initial, defaultValue: initial }),
        });
  if (prompts.isCancel(answer)) throw new CliError("interrupted", "interrupted; nothing was changed");
  return answer.trim();
}
