import type { EngineOptions } from "@berth/api";
import { describe, expect, test } from "vitest";
import type { EnginePlan, Surroundings } from "../engine.ts";
import { refusalOf } from "../test/refusal.ts";
import { engineRequest, hubModel } from "../test/requests.ts";
import { tgiEngine } from "./index.ts";

function plan(options: EngineOptions = {}, surroundings: Partial<Surroundings> = {}): EnginePlan {
  return tgiEngine.plan(engineRequest({ options }, { runtime: "docker", gpus: 2, ...surroundings }));
}

function wordsOf({ program }: EnginePlan): readonly string[] {
  return program.kind === "command" ? program.argv : [];
}

describe("options", () => {
  test.each<[EngineOptions, string]>([
    [{ maxInputTokens: 512 }, "--max-input-tokens 512"],
    [{ maxTotalTokens: 1024 }, "--max-total-tokens 1024"],
    [{ maxBatchPrefillTokens: 4096 }, "--max-batch-prefill-tokens 4096"],
    [{ maxStopSequences: 6 }, "--max-stop-sequences 6"],
    [{ parallel: 32 }, "--max-batch-size 32"],
    [{ sharded: true }, "--sharded true"],
    [{ sharded: false }, "--sharded false"],
    [{ disableCustomKernels: true }, "--disable-custom-kernels"],
    [{ trustRemoteCode: true }, "--trust-remote-code"],
    [{ extra: ["--quantize", "awq"] }, "--quantize awq"],
  ])("%j reach it", (options, words) => {
    expect(wordsOf(plan(options)).join(" ")).toContain(words);
    expect(wordsOf(plan()).join(" ")).not.toContain(words);
  });

  test.each<[EngineOptions, string]>([
    [{ lora: [] }, "--lora-adapters"],
    [{ gpuLayers: 3 }, "GPUs"],
    [{ file: "x" }, "whole model"],
  ])("%j is refused by its name", (options, part) => {
    expect(refusalOf(() => plan(options)).message).toContain(part);
  });

  test("an input that leaves no room for an answer is refused", () => {
    expect(refusalOf(() => plan({ maxInputTokens: 2048 })).param).toBe("options.maxInputTokens");
  });

  test.each(["--port", "--hostname=0.0.0.0", "-p", "--api-key", "--model-id"])(
    "%s after -- is refused",
    (word) => {
      expect(refusalOf(() => plan({ extra: [word] })).param).toBe("options.extra");
    },
  );
});

test("it calls the model by its repository id: the path it is mounted at, seen from the working directory", () => {
  const words = wordsOf(plan());
  expect(words[words.indexOf("--model-id") + 1]).toBe("TinyLlama/TinyLlama-1.1B-Chat-v1.0");
  expect(words[words.indexOf("--workdir") + 1]).toBe("/berth/models");
  const mounts = words.filter((word) => word.startsWith("type=bind"));
  expect(mounts.map((mount) => /target=([^,]+)/.exec(mount)?.[1])).toEqual([
    "/berth/models/TinyLlama/TinyLlama-1.1B-Chat-v1.0",
    "/berth/models/blobs",
  ]);
});

test("links of a repository without an owner lead to its blobs too", () => {
  const { program } = tgiEngine.plan(
    engineRequest({ model: hubModel("gpt2") }, { runtime: "docker", gpus: 1 }),
  );
  const words = program.kind === "command" ? program.argv.join(" ") : "";
  expect(words).toContain("target=/berth/models/gpt2,");
  expect(words).toContain("target=/berth/blobs,");
});

describe("where it listens", () => {
  test.each<[string, Partial<Surroundings>, EnginePlan["listen"], string]>([
    ["published on this machine", {}, { kind: "port" }, "0.0.0.0"],
    ["a process on this machine", { runtime: "process" }, { kind: "port" }, "127.0.0.1"],
    [
      "apptainer on a node with others",
      { runtime: "apptainer", isShared: true },
      { kind: "port", reach: "private" },
      "127.0.0.1",
    ],
    [
      "taken upon himself",
      { runtime: "pyxis", isShared: true, allowSharedPort: true },
      { kind: "port" },
      "127.0.0.1",
    ],
  ])("%s", (_, surroundings, listen, host) => {
    const planned = plan({}, surroundings);
    expect(planned.listen).toEqual(listen);
    const words = wordsOf(planned);
    expect(words[words.indexOf("--hostname") + 1]).toBe(host);
  });

  test.each(["podman", "pyxis"] as const)("%s on a node with others needs the user's word", (runtime) => {
    const { param, message } = refusalOf(() =>
      plan({}, { runtime, isShared: true, container: "docker://x" }),
    );
    expect(param).toBe("runtime");
    expect(message).toContain("--allow-shared-port");
  });

  test("that its key can be read on the router's command line is said, unless nobody can use it", () => {
    expect(plan().warnings.join()).toContain("command line");
    expect(plan({}, { runtime: "apptainer", isShared: true }).warnings.join()).not.toContain("command line");
  });
});

test("one shard on many GPUs is told", () => {
  expect(plan({ numShard: 1 }).warnings.join()).toContain("one of 2 GPUs");
  expect(wordsOf(plan())).toContain("--num-shard");
});
