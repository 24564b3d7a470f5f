import { expect, test } from "vitest";
import { redactEnv, redactWords } from "./redact.ts";

test.each([
  ["a flag's value", ["serve", "--api-key", "sk-1", "x"], ["serve", "--api-key", "***", "x"]],
  ["a flag with =", ["--hf-token=abc"], ["--hf-token=***"]],
  ["a flag's value with = in it", ["--password=a=b"], ["--password=***"]],
  ["a placeholder stays", ["--api-key", "{key}", "--token={key}"], ["--api-key", "{key}", "--token={key}"]],
  ["a flag without a value hides no flag", ["--api-key", "--verbose"], ["--api-key", "--verbose"]],
  ["a name that only begins so", ["--token-limit", "7"], ["--token-limit", "7"]],
  ["a word that is no flag", ["key", "value"], ["key", "value"]],
])("%s", (_fact, words, shown) => {
  expect(redactWords(words)).toEqual(shown);
});

test("environment values go by their names", () => {
  expect(redactEnv({ HF_TOKEN: "hf_1", OPENAI_API_KEY: "sk", PORT: "1", KEY: "{key}" })).toEqual({
    HF_TOKEN: "***",
    OPENAI_API_KEY: "***",
    PORT: "1",
    KEY: "{key}",
  });
});
