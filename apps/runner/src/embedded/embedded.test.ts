import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { EngineProgram } from "@berth/api";
import { isAlive } from "@berth/std/process-identity";
import { demoModelFile } from "@berth/demo-model";
import { llamaCppVersion } from "@berth/engines/llama-cpp/packages";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { launchRunner, until, type RunnerSetup } from "../test/launched-runner.ts";

function llama(modelPath: string): RunnerSetup {
  const config = {
    modelPath,
    servedName: "berth/pilot",
    task: "text-generation",
    contextTokens: 512,
    maxInputTokens: null,
    parallel: 1,
    threads: 1,
    gpuLayers: null,
    lora: [],
    batchTokens: 512,
    flashAttention: "auto",
    cacheType: "f16",
  };
  const program: EngineProgram = { kind: "embedded", engine: "llama-cpp", config };
  return { spec: { program } };
}

const question = {
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    model: "berth/pilot",
    temperature: 0,
    messages: [{ role: "user", content: "What is the capital of France?" }],
  }),
};

test("llama-cpp answers through the runner, tells of itself, and dies with it", async () => {
  await using runner = await launchRunner(llama(demoModelFile));
  const { engine } = await runner.phase("ready");
  const answer = await runner.call("/v1/chat/completions", question);
  expect(answer).toMatchObject({
    status: 200,
    body: expect.stringContaining("The capital of France is Paris.") as string,
  });
  const health = JSON.parse((await runner.call("/-/health")).body) as unknown;
  expect(health).toMatchObject({ engine: { contextTokens: 512, parallel: 1 }, inFlight: 0 });
  runner.process.kill("SIGKILL");
  await until("the engine's end", () => (engine !== null && isAlive(engine) ? undefined : true));
});

test("a file that is no model is told in the reason's log, with the code for what no retry mends", async () => {
  await using runner = await launchRunner(llama(import.meta.filename));
  const { exit } = await runner.ended();
  expect(exit).toMatchObject({ exitCode: 78, requested: false });
  expect(exit?.logTail.join("\n")).toContain(`${import.meta.filename} cannot be loaded`);
});

test("node-llama-cpp comes from the engines' directory when there is one", async () => {
  await using folder = await temporaryFolder();
  const fake = join(folder.path, `llama-cpp-${llamaCppVersion}`, "node_modules", "node-llama-cpp");
  await mkdir(fake, { recursive: true });
  await writeFile(join(fake, "package.json"), '{ "name": "node-llama-cpp", "exports": "./index.mjs" }');
  await writeFile(join(fake, "index.mjs"), 'throw new Error("the one in the engines directory")');
  await using runner = await launchRunner({
    ...llama(demoModelFile),
    processEnv: { BERTH_ENGINES_DIR: folder.path },
  });
  const { exit } = await runner.ended();
  expect(exit?.logTail.join("\n")).toContain("the one in the engines directory");
});
