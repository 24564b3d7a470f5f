import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { SummaryEvent } from "@berth/api";
import type { FormFile } from "@berth/client";
import { chooseModel } from "../chat/choose-model.ts";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { untilInterrupted } from "../interrupt.ts";
import { plainText } from "../terminal/plain-text.ts";
import { clockTime } from "../terminal/relative-time.ts";
import { StatusLine } from "../terminal/status-line.ts";
import { milestoneOf, progressLine } from "./progress-line.ts";

export interface SummarizeOptions {
  readonly model?: string;
  readonly ask?: string;
  readonly instruction?: string;
  readonly parallel?: number;
  readonly maxTokens?: number;
  readonly partTokens?: number;
  readonly contextTokens?: number;
  readonly output?: string;
}

type Done = Extract<SummaryEvent, { type: "done" }>;

/** Sends the files and writes the text as it comes; all else that is to be told goes to standard error. */
export async function summarizeFiles(
  cli: Cli,
  paths: readonly string[],
  options: SummarizeOptions,
): Promise<void> {
  const { model, maxTokens, output, ...wishes } = options;
  const file = await readFiles(cli, paths);
  const body = {
    ...wishes,
    model: model ?? (await chooseModel(cli)),
    file,
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
  };
  const writesAsItComes = output === undefined && cli.options.json !== true;
  const line = new StatusLine(cli.io.stderr);
  try {
    const done = await untilInterrupted("cancelled", (signal) =>
      follow(cli, line, cli.client().summarize({ body, signal }), writesAsItComes),
    );
    line.clear();
    if (done.finishReason === "length") cli.warn("the text was cut off; raise --max-tokens");
    if (output !== undefined) await writeOutput(cli, output, done);
    else if (cli.options.json === true) cli.printJson(resultOf(done));
    else cli.print("");
    if (cli.io.stderr.isTTY || cli.options.verbose === true) cli.note(describe(done));
  } finally {
    line.clear();
  }
}

async function follow(
  cli: Cli,
  line: StatusLine,
  events: AsyncIterable<SummaryEvent>,
  writesAsItComes: boolean,
): Promise<Done> {
  line.show("reading");
  for await (const event of events) {
    switch (event.type) {
      case "progress":
        line.show(progressLine(event), milestoneOf(event));
        break;
      case "part":
        break;
      case "delta":
        if (!writesAsItComes) break;
        line.clear();
        // a file or program gets every byte, a terminal no commands
        cli.io.stdout.write(cli.io.stdout.isTTY ? plainText(event.text) : event.text);
        break;
      case "done":
        return event;
    }
  }
  throw new CliError("failed", "the summary broke off");
}

async function writeOutput(cli: Cli, output: string, done: Done): Promise<void> {
  const text =
    cli.options.json === true ? `${JSON.stringify(resultOf(done), undefined, 2)}\n` : `${done.text}\n`;
  try {
    await writeFile(cli.path(output), text);
  } catch (cause) {
    throw new CliError("failed", `${output} cannot be written: ${(cause as Error).message}`, { cause });
  }
  cli.done(`Wrote ${output}`);
}

function resultOf(done: Done): object {
  return { ...done, type: undefined };
}

function describe({ usage, durationMs }: Done): string {
  const calls = `${usage.calls} ${usage.calls === 1 ? "call" : "calls"}`;
  return `${calls} · ${usage.promptTokens} tokens read · ${usage.completionTokens} written · ${clockTime(durationMs / 1000)}`;
}

/** Files are called by their names, or by their whole paths where two have the same. */
async function readFiles(cli: Cli, paths: readonly string[]): Promise<readonly FormFile[]> {
  const areUnique = new Set(paths.map((path) => basename(path))).size === paths.length;
  return Promise.all(
    paths.map(async (path) => {
      try {
        return { name: areUnique ? basename(path) : path, bytes: await readFile(cli.path(path)) };
      } catch (cause) {
        throw new CliError("usage", `${path} cannot be read: ${(cause as Error).message}`, { cause });
      }
    }),
  );
}
