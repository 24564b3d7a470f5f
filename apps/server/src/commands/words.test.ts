import { expect, test } from "vitest";
import { sortWords } from "./words.ts";

test("own options, positionals and the server's settings are told apart", () => {
  const words = sortWords(["add", "lab", "--home", "/h", "--home-dir", "/x", "--json", "--port=1"], {
    values: ["home"],
    switches: ["json"],
  });
  expect(words.positionals).toEqual(["add", "lab"]);
  expect([...words.values]).toEqual([["home", "/h"]]);
  expect([...words.switches]).toEqual(["json"]);
  expect(words.settings).toEqual(["--home-dir", "/x", "--port=1"]);
});

test("an option without its value is named", () => {
  expect(() => sortWords(["--home"], { values: ["home"], switches: [] })).toThrow("--home needs a value");
});
