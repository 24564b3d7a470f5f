import { BerthError } from "@berth/api";
import { transcriptFormatSchema, type TranscriptFormat } from "@berth/api/openai";
import { readLanguage } from "../languages.ts";
import type { RecognizerFacts, SpeechTask, Wish } from "../recognizer.ts";

/** What a form asks for. */
export interface FormWish extends Wish {
  readonly format: TranscriptFormat;
  readonly segments: boolean;
  readonly stream: boolean;
}

type Fields = ReadonlyMap<string, readonly string[]>;

/** Throws BerthError `invalid_request` or `unsupported` that names the field. Fields that nobody knows are let pass. */
export function readWish(fields: Fields, task: SpeechTask, facts: RecognizerFacts): FormWish {
  const format = readFormat(one(fields, "response_format"));
  const granularities = readGranularities(fields, format);
  const language = one(fields, "language");
  return {
    task: allowedTask(task, facts),
    language: allowedLanguage(language, facts),
    prompt: one(fields, "prompt"),
    temperature: readTemperature(one(fields, "temperature")),
    format,
    segments: granularities.includes("segment"),
    words: granularities.includes("word"),
    stream: readFlag("stream", one(fields, "stream")),
  };
}

/** Throws BerthError `unsupported` for what a model of English alone cannot do. */
export function allowedTask(task: SpeechTask, facts: RecognizerFacts): SpeechTask {
  if (task === "transcribe" || facts.isMultilingual) return task;
  throw new BerthError(
    "unsupported",
    `${facts.servedName} hears English alone: there is nothing to translate`,
    {
      param: "task",
    },
  );
}

export function allowedLanguage(text: string | undefined, facts: RecognizerFacts): string | undefined {
  if (text === undefined || text.trim() === "") return facts.isMultilingual ? undefined : "en";
  const language = readLanguage(text);
  if (facts.isMultilingual || language === "en") return language;
  throw new BerthError("unsupported", `language: ${facts.servedName} hears English alone`, {
    param: "language",
  });
}

function readFormat(text: string | undefined): TranscriptFormat {
  if (text === undefined) return "json";
  const found = transcriptFormatSchema.safeParse(text);
  if (found.success) return found.data;
  throw refusal(
    "response_format",
    `response_format: there is no "${text}"; choose from ${transcriptFormatSchema.options.join(", ")}`,
  );
}

/** OpenAI's clients send the field's name with brackets, curl's users without. */
function readGranularities(fields: Fields, format: TranscriptFormat): readonly string[] {
  const param = "timestamp_granularities";
  const asked = [...(fields.get(`${param}[]`) ?? []), ...(fields.get(param) ?? [])];
  const odd = asked.find((each) => each !== "segment" && each !== "word");
  if (odd !== undefined) throw refusal(param, `${param}: there is no "${odd}"; choose from segment, word`);
  if (asked.length > 0 && format !== "verbose_json")
    throw refusal(param, `${param} is for response_format verbose_json, not ${format}`);
  return asked.length === 0 ? ["segment"] : asked;
}

function readTemperature(text: string | undefined): number {
  if (text === undefined) return 0;
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw refusal("temperature", `temperature: give a number from 0 to 1, not "${text}"`);
}

function readFlag(param: string, text: string | undefined): boolean {
  switch (text?.toLowerCase()) {
    case undefined:
    case "":
    case "false":
    case "0":
      return false;
    case "true":
    case "1":
      return true;
  }
  throw refusal(param, `${param}: give true or false, not "${text}"`);
}

function one(fields: Fields, name: string): string | undefined {
  const values = fields.get(name) ?? [];
  if (values.length > 1) throw refusal(name, `${name} is there ${values.length} times`);
  return values[0];
}

function refusal(param: string, message: string): BerthError {
  return new BerthError("invalid_request", message, { param });
}
