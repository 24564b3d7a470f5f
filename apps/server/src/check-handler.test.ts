import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isBerthError, type HandlerSpec } from "@berth/api";
import { expect, test, vi } from "vitest";
import { checkHandler } from "./check-handler.ts";

const signal = new AbortController().signal;

async function problemOf(
  language: HandlerSpec["language"],
  text: string,
  className?: string,
): Promise<string | undefined> {
  const name = language === "python" ? "app.py" : "app.ts";
  const spec: HandlerSpec = {
    language,
    source: { kind: "text", name, text },
    ...(className === undefined ? {} : { className }),
  };
  try {
    await checkHandler(spec, signal);
    return undefined;
  } catch (error) {
    if (!isBerthError(error)) throw error;
    expect([error.code, error.param]).toEqual(["invalid_request", "handler.source.text"]);
    return error.message;
  }
}

const good = "class A:\n    def predict(self, x: int):\n        return x\n";

test.each<[string, HandlerSpec["language"], string, string | undefined, string | undefined]>([
  ["a class with predict", "python", good, undefined, undefined],
  ["a class that inherits predict", "python", `${good}class B(A):\n    pass\n`, "B", undefined],
  ["a function", "python", "async def handler(request, env):\n    yield 1\n", undefined, undefined],
  ["what start is given", "python", "from berth_worker import start\nstart({})\n", undefined, undefined],
  ["a start of something else", "python", "from x import start\nstart()\n", undefined, "has no handler"],
  ["a syntax error", "python", "class A:\n    def predict(self:\n", undefined, "app.py, line 2"],
  ["no handler", "python", "x = 1\n", undefined, "has no handler"],
  ["another class than the named one", "python", good, "B", "no class or function B; it has: A"],
  ["a class without predict", "python", "class A:\n    pass\n", "A", "no method predict"],
  ["two classes", "python", `${good}${good.replace("A", "B")}`, undefined, "app.py:A"],
  [
    "requirements that are computed",
    "python",
    `${good}    python_requirements = [x for x in "ab"]\n`,
    undefined,
    "line 4: python_requirements",
  ],
  [
    "a function in TypeScript",
    "typescript",
    "export const handler = (x: { a: number }) => x;",
    undefined,
    undefined,
  ],
  [
    "a syntax error in TypeScript",
    "typescript",
    "export const handler = (",
    undefined,
    "app.ts is not TypeScript",
  ],
  [
    "TypeScript that must be translated",
    "typescript",
    "export enum A { B }",
    undefined,
    "app.ts is not TypeScript",
  ],
  ["nothing exported", "typescript", "const a = 1;", undefined, "has no handler"],
])("%s", async (_, language, text, className, words) => {
  const problem = await problemOf(language, text, className);
  if (words === undefined) expect(problem).toBeUndefined();
  else expect(problem).toContain(words);
});

test("what lies where Python looks for modules is not run", async () => {
  const folder = await mkdtemp(join(tmpdir(), "berth-modules-"));
  await writeFile(join(folder, "contextvars.py"), "raise SystemExit(1)\n");
  vi.stubEnv("PYTHONPATH", folder);
  try {
    expect(await problemOf("python", "x = 1\n")).toContain("has no handler");
  } finally {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  }
});
