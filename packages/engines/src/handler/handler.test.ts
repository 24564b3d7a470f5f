import type { EngineOptions, HandlerSpec } from "@berth/api";
import { expect, test } from "vitest";
import { plainSurroundings } from "../engine.ts";
import { refusalOf } from "../test/refusal.ts";
import { handlerEngine } from "./index.ts";

const python: HandlerSpec = {
  language: "python",
  source: { kind: "text", name: "app.py", text: "def handler(request, env): ..." },
};

function plan(handler: HandlerSpec | undefined, options: EngineOptions = {}) {
  return handlerEngine.plan({
    model: undefined,
    servedName: "mine",
    task: "unknown",
    options,
    command: undefined,
    handler,
    device: { cpuCores: 4, busyThreads: 0, totalMemoryMiB: 8192, freeMemoryMiB: 4096 },
    surroundings: plainSurroundings,
  });
}

test("the file goes along with the launch, and only the runner reaches the handler", () => {
  expect(plan(python)).toMatchObject({
    program: { kind: "embedded", engine: "handler", config: { handler: python } },
    listen: { kind: "socket" },
    healthPath: "/healthcheck",
    warnings: [],
  });
});

test("what must be on the machine is told beforehand", () => {
  const { warnings } = plan({ ...python, systemDependencies: ["ffmpeg", "sox"] });
  expect(warnings.join()).toContain("sudo apt-get install ffmpeg sox");
});

test.each<[string, HandlerSpec | undefined, EngineOptions, string]>([
  ["no handler", undefined, {}, "handler"],
  ["an option that it has not", python, { parallel: 2 }, "options.parallel"],
  ["a class of TypeScript", { ...python, language: "typescript", className: "A" }, {}, "handler.className"],
])("%s is refused", (_, handler, options, param) => {
  expect(refusalOf(() => plan(handler, options)).param).toBe(param);
});
