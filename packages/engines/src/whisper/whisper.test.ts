import { describe, expect, test } from "vitest";
import type { EnginePlan, Surroundings } from "../engine.ts";
import { refusalOf } from "../test/refusal.ts";
import { engineRequest, hubModel, whisperLarge } from "../test/requests.ts";
import { whisperEngine } from "./index.ts";

const speech = { model: whisperLarge, task: "automatic-speech-recognition" } as const;

function plan(surroundings: Partial<Surroundings>): EnginePlan {
  return whisperEngine.plan(engineRequest(speech, surroundings));
}

function wordsOf({ program }: EnginePlan): readonly string[] {
  return program.kind === "command" ? program.argv : [];
}

test("it is started as its image is made, with the model's cache, name and revision", () => {
  const words = wordsOf(plan({ runtime: "docker" }));
  expect(words).not.toContain("--entrypoint");
  expect(words.slice(words.indexOf("--model_dir")).join(" ")).toBe(
    `--model_dir /berth/models --model_id openai/whisper-large-v3 --revision ${whisperLarge.revision} --host 0.0.0.0 --port {port}`,
  );
});

test("the directory of sounds is what the user mounts", () => {
  const mounts = [{ source: "/home/me/sounds", readOnly: true }];
  expect(wordsOf(plan({ runtime: "podman", mounts }))).toContain(
    "type=bind,source=/home/me/sounds,target=/data/audio,ro=true",
  );
});

describe("its port asks for no key", () => {
  test("on a machine of one's own that is told", () => {
    expect(plan({ runtime: "docker" }).warnings.join()).toContain("asks for no key");
  });

  test("on a node with others it is private, where the runtime lets it be", () => {
    const { listen, warnings } = plan({ runtime: "apptainer", isShared: true });
    expect([listen, warnings]).toEqual([{ kind: "port", reach: "private" }, []]);
    expect(plan({ runtime: "process", isShared: true }).listen).toEqual({ kind: "port", reach: "private" });
    expect(refusalOf(() => plan({ runtime: "pyxis", isShared: true })).message).toContain(
      "--allow-shared-port",
    );
  });
});

describe("what it does not take", () => {
  test.each([
    ["a task", () => whisperEngine.plan(engineRequest({ ...speech, task: "text-generation" })), "image"],
    [
      "a folder outside the hub's layout",
      () =>
        whisperEngine.plan(engineRequest({ ...speech, model: { ...whisperLarge, path: "/data/whisper" } })),
      "model",
    ],
    [
      "an option",
      () => whisperEngine.plan(engineRequest({ ...speech, options: { trustRemoteCode: true } })),
      "options.trustRemoteCode",
    ],
    [
      "another model's host",
      () => whisperEngine.plan(engineRequest({ ...speech, options: { extra: ["--host", "0.0.0.0"] } })),
      "options.extra",
    ],
  ])("%s", (_, work, param) => {
    expect(refusalOf(work).param).toBe(param);
  });

  test("other formats", () => {
    expect(whisperEngine.accepts(hubModel("a/b", { facts: null })).ok).toBe(false);
    expect(whisperEngine.accepts(whisperLarge).ok).toBe(true);
  });
});
