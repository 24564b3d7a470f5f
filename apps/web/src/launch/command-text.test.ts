import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { commandText } from "./command-text.ts";

test("each option has its line, its value beside it", () => {
  expect(commandText(["node", "run.mjs", "--port", "80", "-v"], { A: "b c" })).toBe(
    "A='b c' \\\n  node run.mjs \\\n  --port 80 \\\n  -v",
  );
});

test("a shell reads the very words", () => {
  const argv = ["printf", "%s|", "--title", "it's $HOME", "", "a\nb"];
  const printed = execFileSync("sh", ["-c", commandText(argv, { LANG: "C" })], { encoding: "utf8" });
  expect(printed).toBe("--title|it's $HOME||a\nb|");
});
