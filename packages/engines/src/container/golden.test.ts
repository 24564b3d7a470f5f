import { spawnSync } from "node:child_process";
import type { EngineProgram, Mount, Runtime } from "@berth/api";
import { shellQuote, shellWords } from "@berth/std/shell-quote";
import { describe, expect, test } from "vitest";
import type { Engine, EngineRequest, Surroundings } from "../engine.ts";
import { engineRequest, tinyLlama, whisperLarge } from "../test/requests.ts";
import { tgiEngine } from "../tgi/index.ts";
import { vllmEngine } from "../vllm/index.ts";
import { whisperEngine } from "../whisper/index.ts";

/** The plan's command as a script that would run it: easy to read, and a shell says whether its words hold together. */
function script(program: EngineProgram): string {
  if (program.kind !== "command") throw new Error("no command");
  const { argv, env, container } = program;
  const lines = Object.entries(env).map(([name, value]) => `export ${name}=${shellQuote(value)}`);
  const forwarded = Object.entries(container?.forward ?? {}).map(
    ([as, name]) => `export ${as}="\${${name}-}"`,
  );
  const cleanup = (container?.cleanup ?? []).map((words) => shellWords(words));
  return ["#!/bin/sh", ...lines, ...forwarded, shellWords(argv), ...cleanup, ""].join("\n");
}

const unkind = `two words, "double" 'single' $(touch x) \`y\` \\ ünï\ncode`;
const rows: readonly [string, Engine, Partial<EngineRequest>][] = [
  [
    "vllm",
    vllmEngine,
    {
      model: tinyLlama,
      options: { maxTotalTokens: 2048, parallel: 64, trustRemoteCode: true, extra: ["--dtype", "half"] },
    },
  ],
  [
    "tgi",
    tgiEngine,
    {
      model: tinyLlama,
      options: {
        disableCustomKernels: true,
        sharded: true,
        numShard: 2,
        maxInputTokens: 1024,
        maxTotalTokens: 2048,
        maxStopSequences: 6,
        maxBatchPrefillTokens: 4096,
        sharedMemoryMiB: 4096,
      },
    },
  ],
  ["whisper", whisperEngine, { model: whisperLarge, task: "automatic-speech-recognition" }],
];

const runtimes: readonly Runtime[] = ["docker", "podman", "apptainer", "pyxis", "process"];
const mounts: readonly Mount[] = [
  { source: "/scratch/a user's $(audio)", target: "/data/audio", readOnly: true },
];
const images = {
  docker: [],
  podman: [],
  apptainer: ["/scratch/cache/images/engine.sif"],
  pyxis: [],
  process: [],
};

function surroundingsOf(runtime: Runtime): Partial<Surroundings> {
  const isShared = runtime === "apptainer" || runtime === "pyxis";
  const [container] = images[runtime];
  return {
    runtime,
    gpus: 2,
    isShared,
    // pyxis has no way to keep a port to itself
    allowSharedPort: runtime === "pyxis",
    ...(container === undefined ? {} : { container }),
    env: { NOTE: unkind, LD_PRELOAD: "/opt/lib/x.so" },
    mounts: runtime === "process" || runtime === "pyxis" ? [] : mounts,
  };
}

describe.each(rows)("%s", (name, engine, request) => {
  test.each(runtimes)("by %s", async (runtime) => {
    const { program } = engine.plan(engineRequest(request, surroundingsOf(runtime)));
    const text = script(program);
    await expect(text).toMatchFileSnapshot(`golden/${name}-${runtime}.sh`);
    expect(spawnSync("bash", ["-n"], { input: text, encoding: "utf8" }).stderr).toBe("");
  });
});

const hasShellcheck = spawnSync("shellcheck", ["--version"]).status === 0;
test.skipIf(!hasShellcheck)("shellcheck finds no fault with any of them", () => {
  const folder = new URL("./golden/", import.meta.url).pathname;
  // SC2016: words in single quotes are meant not to expand; SC1083: the runner's braces are words here
  const found = spawnSync("sh", ["-c", `shellcheck --exclude=SC2016,SC1083 ${shellQuote(folder)}*.sh`], {
    encoding: "utf8",
  });
  expect(found.stdout).toBe("");
});

test("podman in a Slurm job keeps its store in the job's own directory", async () => {
  const surroundings: Partial<Surroundings> = {
    runtime: "podman",
    container: "~/images/vllm.tar",
    isShared: true,
    gpus: 1,
  };
  const { program } = vllmEngine.plan(engineRequest({}, surroundings));
  await expect(script(program)).toMatchFileSnapshot("golden/vllm-podman-in-job.sh");
});
