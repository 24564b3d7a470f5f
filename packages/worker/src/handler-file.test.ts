import { join } from "node:path";
import { expect, test } from "vitest";
import { readHandlerFile, wordsOf } from "./handler-file.ts";

const here = import.meta.filename;
// any file will do: it is not read
const python = join(import.meta.dirname, "test/empty.py");

test.each([
  [here, [], { path: here, isPython: false, name: undefined, requirements: [] }],
  [python, ["a==1"], { path: python, isPython: true, name: undefined, requirements: ["a==1"] }],
  [`${python}:Handler`, [], { path: python, isPython: true, name: "Handler", requirements: [] }],
])("%s is read, and written as it was", (word, requirements, file) => {
  expect(readHandlerFile(word, requirements)).toEqual(file);
  const [first = "", ...options] = wordsOf(file);
  expect([first, options]).toEqual([word, requirements.flatMap((each) => ["--requirement", each])]);
});

test.each([
  ["nowhere.py:Handler", [], "there is no file"],
  [here, ["a==1"], "--requirement is for Python"],
])("%s with %j is refused", (word, requirements, words) => {
  expect(() => readHandlerFile(word, requirements)).toThrow(words);
});
