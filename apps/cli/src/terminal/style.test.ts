import { expect, test } from "vitest";
import { makeStyle, wantsColour, type ColourChoice } from "./style.ts";

const facts: readonly (readonly [fact: string, choice: Partial<ColourChoice>, coloured: boolean])[] = [
  ["a terminal has colours", { isTty: true }, true],
  ["a pipe has none", { isTty: false }, false],
  ["--no-color takes them away", { isTty: true, refused: true }, false],
  ["so does NO_COLOR", { isTty: true, env: { NO_COLOR: "1" } }, false],
  ["an empty NO_COLOR does not", { isTty: true, env: { NO_COLOR: "" } }, true],
  ["so does a dumb terminal", { isTty: true, env: { TERM: "dumb" } }, false],
  ["FORCE_COLOR brings them to pipes", { isTty: false, env: { FORCE_COLOR: "1" } }, true],
  ["NO_COLOR beats FORCE_COLOR", { isTty: false, env: { FORCE_COLOR: "1", NO_COLOR: "1" } }, false],
];

test.for(facts)("%s", ([, choice, coloured]) => {
  expect(wantsColour({ isTty: false, refused: false, env: {}, ...choice })).toBe(coloured);
});

test("without colours text stays itself", () => {
  expect(makeStyle(false).red("x")).toBe("x");
  expect(makeStyle(true).red("x")).toBe("\u001b[31mx\u001b[39m");
});
