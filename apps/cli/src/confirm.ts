import type { Cli } from "./cli.ts";
import { CliError } from "./exit.ts";

/** Resolves when the user agrees (or gave `--yes`). Throws otherwise, so that what follows is never done unasked. */
export async function confirm(cli: Cli, question: string): Promise<void> {
  if (cli.options.yes === true) return;
  if (!cli.canAsk)
    throw new CliError("usage", `pass --yes to go ahead; nobody can be asked here: ${question}`);
  if (!(await ask(cli, question))) throw new CliError("failed", "nothing was changed");
}

/** Asks a question whose answer may well be no. Only where `cli.canAsk`. */
export async function ask(cli: Cli, question: string): Promise<boolean> {
  const prompts = await import("@clack/prompts");
  const answer = await prompts.confirm({
    message: question,
    initialValue: false,
    input: cli.io.stdin,
    output: cli.io.stderr,
  });
  if (prompts.isCancel(answer)) throw new CliError("interrupted", "interrupted; nothing was changed");
  return answer;
}
