import type { LaunchPreview } from "@berth/api";
import type { Cli } from "../cli.ts";
import { renderFacts } from "../terminal/facts.ts";
import { memorySize } from "../terminal/quantities.ts";

/** What a launch would do, in full. */
export function printPreview(cli: Cli, preview: LaunchPreview): void {
  if (cli.options.json === true) return cli.printJson(preview);
  const { style } = cli;
  const { neededMiB, freeMiB, fits } = preview.memory;
  const memory =
    neededMiB === null
      ? `unknown; ${memorySize(freeMiB)} free`
      : `about ${memorySize(neededMiB)} of ${memorySize(freeMiB)} free${fits ? "" : " (does not fit)"}`;
  const facts = renderFacts(
    [
      ["name", preview.name],
      ["model", preview.model],
      ["revision", preview.revision],
      ["why", preview.revisionReason],
      ["engine", preview.engine],
      ["memory", memory],
    ],
    style.dim,
  );
  for (const line of facts) cli.print(line);
  cli.print(`\n${style.bold("Command")}\n  ${preview.argv.map(shellWord).join(" ")}`);
  const env = Object.entries(preview.env);
  if (env.length > 0) {
    cli.print(`\n${style.bold("Environment")}`);
    for (const [name, value] of env) cli.printPlain(`  ${name}=${shellWord(value)}`);
  }
  for (const { path, mode, content } of preview.files) {
    cli.print(`\n${style.bold(path)} ${style.dim(`(${mode})`)}`);
    cli.printPlain(content.trimEnd().replaceAll(/^/gm, "  "));
  }
  for (const warning of preview.warnings) cli.warn(warning);
  cli.note("Nothing was launched.");
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./{}-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
