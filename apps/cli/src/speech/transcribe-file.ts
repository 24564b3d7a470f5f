import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { TranscriptionReply } from "@berth/api/openai";
import { toSrt, toVtt } from "@berth/api/transcript";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { untilInterrupted } from "../interrupt.ts";
import { plainText } from "../terminal/plain-text.ts";
import { clockTime } from "../terminal/relative-time.ts";
import { StatusLine } from "../terminal/status-line.ts";
import { chooseEars } from "./choose-ears.ts";
import type { TranscribeOptions, TranscriptForm } from "./format-of.ts";

const milestonePercent = 10;

/** Sends the file and writes down what is heard: text as it comes, every other form when all of it is there. */
export async function transcribeFile(
  cli: Cli,
  file: string,
  options: TranscribeOptions,
  format: TranscriptForm,
): Promise<void> {
  const bytes = await readAudio(cli, file);
  const form = {
    file: { name: basename(file), bytes },
    model: options.model ?? (await chooseEars(cli)),
    response_format: "verbose_json" as const,
    ...(options.prompt === undefined ? {} : { prompt: options.prompt }),
  };
  const writesAsItComes = format === "text" && options.output === undefined;
  const line = new StatusLine(cli.io.stderr);
  try {
    const reply = await untilInterrupted("stopped", async (signal) => {
      if (options.translate === true) {
        line.show(`${basename(file)}  translating`);
        return cli.client().createTranslation(form, { signal });
      }
      const { language } = options;
      return hear(
        cli,
        line,
        { ...form, ...(language === undefined ? {} : { language }) },
        writesAsItComes,
        signal,
      );
    });
    line.clear();
    if (writesAsItComes) return cli.print(options.translate === true ? shown(cli, reply.text) : "");
    const text = written(reply, format);
    if (options.output === undefined) return void cli.io.stdout.write(shown(cli, text));
    await writeOutput(cli, options.output, text);
    cli.done(`Wrote ${options.output}`);
  } finally {
    line.clear();
  }
}

async function hear(
  cli: Cli,
  line: StatusLine,
  form: Parameters<ReturnType<Cli["client"]>["streamTranscription"]>[0],
  writesAsItComes: boolean,
  signal: AbortSignal,
): Promise<TranscriptionReply> {
  const { name } = form.file;
  line.show(`${name}  sending`);
  let begun = false;
  const onComment = (comment: string): void =>
    line.show(`${name}  ${comment === "" ? "waiting" : comment}`, "waiting");
  for await (const event of cli.client().streamTranscription(form, { signal, onComment })) {
    if (event.type === "transcript.text.done") return event;
    if (writesAsItComes) {
      line.clear();
      cli.io.stdout.write(shown(cli, begun ? event.delta : event.delta.trimStart()));
      begun = true;
    } else if (event.progress !== undefined) {
      const { seconds, duration } = event.progress;
      const percent = duration === 0 ? 100 : Math.floor((seconds / duration) * 100);
      const reached = Math.floor(percent / milestonePercent) * milestonePercent;
      line.show(
        `${name}  ${clockTime(seconds)} of ${clockTime(duration)}  ${percent} %`,
        `${name}: ${reached} %`,
      );
    }
  }
  throw new CliError("failed", "the transcript broke off");
}

/** The whole text in the form that was asked for, with the line end that files end with. */
function written(reply: TranscriptionReply, format: TranscriptForm): string {
  const { type: _, ...transcript } = { type: undefined, ...reply };
  switch (format) {
    case "text":
      return `${reply.text}\n`;
    case "srt":
      return toSrt(reply.segments ?? []);
    case "vtt":
      return toVtt(reply.segments ?? []);
    case "json":
      return `${JSON.stringify({ text: reply.text, usage: reply.usage }, undefined, 2)}\n`;
    case "verbose_json":
      return `${JSON.stringify(transcript, undefined, 2)}\n`;
  }
}

/** A file or program gets every byte, a terminal no commands. */
function shown(cli: Cli, text: string): string {
  return cli.io.stdout.isTTY ? plainText(text) : text;
}

async function readAudio(cli: Cli, file: string): Promise<Uint8Array> {
  try {
    return await readFile(cli.path(file));
  } catch (cause) {
    throw new CliError("usage", `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function writeOutput(cli: Cli, file: string, text: string): Promise<void> {
  try {
    await writeFile(cli.path(file), text);
  } catch (cause) {
    throw new CliError("failed", `${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
}
