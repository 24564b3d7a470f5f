import type { EngineOptions, HandlerSpec } from "@berth/api";
import { describe, expect, test } from "vitest";
import { plainSurroundings, type Surroundings } from "../engine.ts";
import { refusalOf } from "../test/refusal.ts";
import { handlerEngine } from "./index.ts";

const python: HandlerSpec = {
  language: "python",
  source: { kind: "text", name: "app.py", text: "def handler(request, env): ..." },
};

function plan(
  handler: HandlerSpec | undefined,
  options: EngineOptions = {},
  surroundings: Surroundings = plainSurroundings,
) {
  return handlerEngine.plan({
    model: undefined,
    servedName: "mine",
    task: "unknown",
    options,
    command: undefined,
    handler,
    device: { cpuCores: 4, busyThreads: 0, totalMemoryMiB: 8192, freeMemoryMiB: 4096 },
    surroundings,
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

describe("in a container", () => {
  const inPodman: Surroundings = { ...plainSurroundings, runtime: "podman", container: "python:3.12" };

  test("Python finds all it needs in its environment, and nothing of it in the words", () => {
    const { program, listen, warnings } = plan({ ...python, systemDependencies: ["sox"] }, {}, inPodman);
    expect([listen.kind, warnings]).toEqual(["socket", []]);
    if (program.kind !== "command") throw new Error("it is embedded");
    expect(program.argv.join(" ")).toContain("--entrypoint python3 python:3.12 -c");
    expect(program.argv.at(-1)).toBe("/berth/io/engine.sock");
    const told = JSON.parse(Buffer.from(program.env.BERTH_HANDLER ?? "", "base64").toString()) as unknown;
    expect(told).toMatchObject({ source: python.source, className: null, systemDependencies: ["sox"] });
    expect(program.argv.join(" ")).not.toContain(program.env.BERTH_HANDLER);
  });

  test.each<[string, HandlerSpec, Partial<Surroundings>, string]>([
    ["TypeScript", { ...python, language: "typescript" }, {}, "runtime"],
    ["no image", python, { container: undefined }, "container"],
    [
      "a text that no environment holds",
      { ...python, source: { kind: "text", name: "app.py", text: "x".repeat(100_000) } },
      {},
      "handler.source.text",
    ],
  ])("%s is refused", (_, handler, changes, param) => {
    expect(refusalOf(() => plan(handler, {}, { ...inPodman, ...changes })).param).toBe(param);
  });
});
