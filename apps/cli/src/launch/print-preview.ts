import type { LaunchPreview } from "@berth/api";
import { durationInWords, wallTimeSeconds } from "@berth/api/wall-time";
import type { Cli } from "../cli.ts";
import { renderFacts } from "../terminal/facts.ts";
import { memorySize } from "../terminal/quantities.ts";
import { relativeTime } from "../terminal/relative-time.ts";

/** What a launch would do, in full. */
export function printPreview(cli: Cli, preview: LaunchPreview): void {
  if (cli.options.json === true) return cli.printJson(preview);
  const { style } = cli;
  const facts = renderFacts(
    [
      ["name", preview.name],
      ["model", preview.model],
      ["revision", preview.revision],
      ["why", preview.revisionReason],
      ["engine", preview.engine],
      ["image", preview.imageFile],
      ["memory", memoryOf(preview)],
      ["wall time", wallTimeOf(preview)],
      [
        "starts",
        preview.expectedStartAt === null ? null : relativeTime(preview.expectedStartAt, cli.io.now()),
      ],
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
  if (preview.jobScript !== null) {
    cli.print(`\n${style.bold("Job script")}`);
    cli.printPlain(preview.jobScript.trimEnd());
  }
  for (const { path, mode, content } of preview.files) {
    // it stands above, unindented: it can be taken from there
    if (content === preview.jobScript) {
      cli.print(`\n${style.bold(path)} ${style.dim(`(${mode}, the job script)`)}`);
      continue;
    }
    cli.print(`\n${style.bold(path)} ${style.dim(`(${mode})`)}`);
    cli.printPlain(content.trimEnd().replaceAll(/^/gm, "  "));
  }
  for (const warning of preview.warnings) cli.warn(warning);
  cli.note("Nothing was launched.");
}

function memoryOf({ memory, jobScript, service }: LaunchPreview): string {
  const { neededMiB, freeMiB, fits } = memory;
  const needed = neededMiB === null ? "unknown" : `about ${memorySize(neededMiB)}`;
  if (jobScript !== null) {
    const asked = service.resources?.memoryMiB;
    return asked === undefined
      ? needed
      : `${needed}; ${memorySize(asked)} asked for${fits ? "" : " (does not fit)"}`;
  }
  return neededMiB === null
    ? `unknown; ${memorySize(freeMiB)} free`
    : `${needed} of ${memorySize(freeMiB)} free${fits ? "" : " (does not fit)"}`;
}

function wallTimeOf({ service }: LaunchPreview): string | null {
  const time = service.resources?.time;
  const seconds = time === undefined ? undefined : wallTimeSeconds(time);
  if (seconds === undefined) return null;
  return `${durationInWords(seconds)}${service.renew === true ? ", renewed before it ends" : ""}`;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./{}-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
