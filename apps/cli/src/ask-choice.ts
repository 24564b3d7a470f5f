import type { Cli } from "./cli.ts";
import { CliError } from "./exit.ts";

export interface ChoiceQuestion<T extends string> {
  readonly message: string;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
}

/** The user's choice of several. Only where `cli.canAsk`. */
export async function askChoice<T extends string>(
  cli: Cli,
  { message, choices }: ChoiceQuestion<T>,
): Promise<T> {
  const prompts = await import("@clack/prompts");
  const answer = await prompts.select<string>({
    message,
    options: choices.map(({ value, label }) => ({ value, label })),
    input: cli.io.stdin,
    output: cli.io.stderr,
  });
  if (prompts.isCancel(answer)) throw new CliError("interrupted", "interrupted; nothing was changed");
  const chosen = choices.find(({ value }) => value === answer);
  if (chosen === undefined) throw new CliError("failed", "nothing was chosen");
  return chosen.value;
}
