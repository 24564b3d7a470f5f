import { runWords } from "./run-words.ts";

/**
 * Runs the commands one after the other, whatever becomes of each. Resolves to what went wrong, in words; a program that
 * is not there has nothing to do.
 */
export async function runInTurn(
  commands: readonly (readonly string[])[],
  options: { readonly env: Readonly<Record<string, string | undefined>>; readonly timeoutMs: number },
): Promise<string | undefined> {
  const problems: string[] = [];
  for (const words of commands) {
    const end = await runWords(words, options);
    const said = words.join(" ");
    if (end.kind === "late") problems.push(`"${said}" had not ended within ${options.timeoutMs / 1000} s`);
    if (end.kind === "ended" && end.exitCode !== 0)
      problems.push(`"${said}" ended with code ${end.exitCode}: ${end.stderr.trim()}`);
  }
  return problems.length === 0 ? undefined : problems.join("; ");
}
