import { isBerthError } from "@berth/api";
import { expect, test } from "vitest";
import type { RecognizerFacts, SpeechTask } from "../recognizer.ts";
import { readWish } from "./read-wish.ts";

const facts: RecognizerFacts = { servedName: "ears", isMultilingual: true, loadedAt: 0 };
const english: RecognizerFacts = { ...facts, isMultilingual: false };

type Fields = Readonly<Record<string, string | readonly string[]>>;

function wish(fields: Fields, task: SpeechTask = "transcribe", of = facts) {
  const read = Object.entries(fields).map(([name, value]) => [name, [value].flat()] as const);
  return readWish(new Map(read), task, of);
}

test("without a word it is JSON, and the language is found out", () => {
  expect(wish({})).toEqual({
    task: "transcribe",
    language: undefined,
    prompt: undefined,
    temperature: 0,
    format: "json",
    segments: true,
    words: false,
    stream: false,
  });
});

test.each<[Fields, object]>([
  [{ language: "de" }, { language: "de" }],
  [{ language: "German" }, { language: "de" }],
  [{ language: "pt-BR" }, { language: "pt" }],
  [{ language: "" }, { language: undefined }],
  [{ temperature: "0.4" }, { temperature: 0.4 }],
  [{ prompt: "Berth, Pilot" }, { prompt: "Berth, Pilot" }],
  [{ stream: "true" }, { stream: true }],
  [{ stream: "False" }, { stream: false }],
  [{ include: "logprobs", chunking_strategy: "auto" }, { format: "json" }],
  [
    { response_format: "verbose_json", "timestamp_granularities[]": ["word", "segment"] },
    { words: true, segments: true },
  ],
  [
    { response_format: "verbose_json", timestamp_granularities: "word" },
    { words: true, segments: false },
  ],
])("%j", (fields, expected) => {
  expect(wish(fields)).toMatchObject(expected);
});

test("a model of English alone hears English", () => {
  expect(wish({}, "transcribe", english).language).toBe("en");
});

test.each<[string, Fields, string, string]>([
  ["a form there is not", { response_format: "xml" }, "response_format", "verbose_json"],
  ["a language there is not", { language: "klingon" }, "language", "two letters"],
  ["too warm", { temperature: "1.5" }, "temperature", "0 to 1"],
  ["no number", { temperature: "warm" }, "temperature", "0 to 1"],
  ["neither true nor false", { stream: "perhaps" }, "stream", "true or false"],
  [
    "times of what",
    { response_format: "verbose_json", "timestamp_granularities[]": "letter" },
    "timestamp_granularities",
    "segment, word",
  ],
  [
    "times in a form without",
    { "timestamp_granularities[]": "word" },
    "timestamp_granularities",
    "verbose_json",
  ],
  ["twice", { model: "x", prompt: ["a", "b"] }, "prompt", "2 times"],
])("%s is refused by name", (_, fields, param, part) => {
  const error = thrown(() => wish(fields));
  expect([error?.code, error?.param]).toEqual(["invalid_request", param]);
  expect(error?.message).toContain(part);
});

test.each<[Fields, SpeechTask, string]>([
  [{}, "translate", "task"],
  [{ language: "de" }, "transcribe", "language"],
])("a model of English alone refuses %j, %s", (fields, task, param) => {
  expect(thrown(() => wish(fields, task, english))).toMatchObject({ code: "unsupported", param });
});

function thrown(run: () => unknown) {
  try {
    run();
    return undefined;
  } catch (error) {
    if (isBerthError(error)) return error;
    throw error;
  }
}
