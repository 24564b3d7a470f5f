import type { LoginPrompt } from "@berth/api";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { plainText } from "../terminal/plain-text.ts";

/** Asks at the terminal what a host asks: in its words, shown or not as it wants. The answer is not changed in any way. */
export async function askPrompt(cli: Cli, prompt: LoginPrompt): Promise<string> {
  const lines = plainText(prompt.text).trimEnd().split("\n");
  const message = lines.pop() ?? "";
  if (lines.length > 0) cli.note(lines.join("\n"));
  const prompts = await import("@clack/prompts");
  // before the question is seen: no letter of a secret is shown, however quick the answer
  if (prompt.secret) cli.io.stdin.setRawMode(true);
  const options = { message, input: cli.io.stdin, output: cli.io.stderr };
  const answer = prompt.secret ? await prompts.password(options) : await prompts.text(options);
  if (prompts.isCancel(answer)) throw new CliError("interrupted", "interrupted; the login was given up");
  return answer ?? "";
}
