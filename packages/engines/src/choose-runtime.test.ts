import type { Runtime } from "@berth/api";
import { describe, expect, test } from "vitest";
import { chooseRuntime } from "./choose-runtime.ts";
import { commandEngine } from "./command/index.ts";
import { refusalOf } from "./test/refusal.ts";
import { vllmEngine } from "./vllm/index.ts";

describe("the runtime", () => {
  test.each<[string, readonly Runtime[], Runtime | undefined, Runtime]>([
    ["the engine's first of what is here", ["podman", "apptainer"], undefined, "podman"],
    ["what was asked for", ["docker", "apptainer"], "apptainer", "apptainer"],
    ["a process, where it was asked for", [], "process", "process"],
  ])("%s", (_, available, asked, runtime) => {
    expect(chooseRuntime(available, asked, vllmEngine).runtime).toBe(runtime);
  });

  test("engines of the runner's own are processes, whatever is here", () => {
    const { name, tasks, accepts, plan } = commandEngine;
    const plain = { name, tasks, accepts, plan };
    expect(chooseRuntime(["docker"], undefined, plain).runtime).toBe("process");
    expect(refusalOf(() => chooseRuntime(["docker"], "docker", plain)).param).toBe("runtime");
  });

  test("one that is not here is refused, as is an engine that finds none", () => {
    expect(refusalOf(() => chooseRuntime(["docker"], "podman", vllmEngine)).message).toContain(
      "there is docker",
    );
    expect(refusalOf(() => chooseRuntime([], undefined, vllmEngine)).message).toContain("runtime process");
  });
});
