/** What `--dry-run` shows of every engine in every runtime on a Slurm profile, as files that a shell can check. */
import { spawnSync } from "node:child_process";
import {
  launchFiles,
  runnerSpecSchema,
  type CreateService,
  type EngineName,
  type LaunchPreview,
  type Model,
  type Runtime,
} from "@berth/api";
import type { Engine } from "@berth/engines";
import { commandEngine } from "@berth/engines/command";
import { handlerEngine } from "@berth/engines/handler";
import { llamaCppEngine } from "@berth/engines/llama-cpp";
import { tgiEngine } from "@berth/engines/tgi";
import { transformersJsEngine } from "@berth/engines/transformers-js";
import { vllmEngine } from "@berth/engines/vllm";
import { whisperCppEngine } from "@berth/engines/whisper-cpp";
import { whisperEngine } from "@berth/engines/whisper";
import type { PreviewingLauncher } from "@berth/launchers";
import { createSlurmLauncher, Installer, Packer } from "@berth/launchers/slurm";
import { shellQuote, shellWords } from "@berth/std/shell-quote";
import { describe, expect, test } from "vitest";
import { cluster, Harbour } from "../testing/harbour.ts";
import { model } from "../testing/model.ts";

const { signal } = new AbortController();
const revision = "fe8a4ea1ffedaf415f4da2f062534de366a451e6";
type Facts = NonNullable<Model["facts"]>;

function modelOf(repo: string, file: string, { format, task }: Pick<Facts, "format" | "task">): Model {
  const isSpeech = task === "automatic-speech-recognition";
  return model({
    repo,
    revision,
    path: `${cluster.cache}/models--${repo.replaceAll("/", "--")}/snapshots/${revision}`,
    files: [{ path: file, sizeBytes: 100 * 2 ** 20, quantisation: null }],
    image: isSpeech ? "speech-recognition" : "text-generation",
    facts: {
      format,
      task,
      architecture: isSpeech ? "whisper" : "llama",
      parameters: null,
      quantisation: null,
      contextTokens: 2048,
      embeddingLength: 64,
      layers: 2,
      kvHeads: 2,
      headSize: 32,
      hasChatTemplate: !isSpeech,
      licence: null,
    },
  });
}

const text = "text-generation";
const speech = "automatic-speech-recognition";
const models = [
  modelOf("acme/talker", "model.safetensors", { format: "safetensors", task: text }),
  modelOf("acme/small-talker", "talker-q8_0.gguf", { format: "gguf", task: text }),
  modelOf("acme/ears", "model.safetensors", { format: "safetensors", task: speech }),
  modelOf("acme/onnx-ears", "onnx/encoder_model.onnx", { format: "onnx", task: speech }),
  modelOf("acme/ggml-ears", "ggml-base.bin", { format: "ggml", task: speech }),
];
const engines: readonly Engine[] = [
  llamaCppEngine,
  vllmEngine,
  tgiEngine,
  transformersJsEngine,
  whisperCppEngine,
  whisperEngine,
  commandEngine,
  handlerEngine,
];

/** What is ordered of each engine, whatever runs it. */
const orders: Readonly<Record<EngineName, CreateService>> = {
  vllm: { model: "acme/talker", options: { maxTotalTokens: 2048 }, resources: { gres: "gpu:a100:2" } },
  tgi: { model: "acme/talker", options: { maxInputTokens: 1024 }, resources: { gres: "1" } },
  whisper: { model: "acme/ears", mounts: [{ source: "/scratch/$(my)_audio", readOnly: true }] },
  "llama-cpp": { model: "acme/small-talker", resources: { memoryMiB: 4096, ntasksPerNode: 4 } },
  "transformers-js": { model: "acme/onnx-ears", resources: { ntasksPerNode: 2 } },
  "whisper-cpp": { model: "acme/ggml-ears", resources: { ntasksPerNode: 2 } },
  command: { command: { argv: ["my-server", "--uds", "{socket}", "it's $(mine)"] }, env: { NOTE: "a b" } },
  handler: {
    handler: {
      language: "typescript",
      source: { kind: "text", name: "app.ts", text: "it's $(mine)" },
      requirements: ["sharp"],
    },
  },
};
/** A file for the runtimes that run none by name, and the leave that a port among others needs. */
const given: Readonly<Record<Exclude<Runtime, "docker">, CreateService>> = {
  process: {},
  apptainer: {},
  podman: { container: "/images/engine.tar", allowSharedPort: true },
  pyxis: { allowSharedPort: true },
};
const runtimes = ["process", "apptainer", "podman", "pyxis"] as const;
const contained = ["vllm", "tgi", "whisper", "command"] as const;
const embedded = ["llama-cpp", "transformers-js", "whisper-cpp", "handler"] as const;

/** A cluster with the real launcher's previews; its scheduler is not asked. */
async function preview(spec: CreateService): Promise<LaunchPreview> {
  const harbour = new Harbour();
  harbour.profiles = [{ ...cluster, default: true }];
  harbour.models = models;
  harbour.imageFiles = {
    "vllm/vllm-openai:v0.20.0": "/scratch/me/berth/images/vllm-openai_v0.20.0.sif",
    "ghcr.io/huggingface/text-generation-inference:3.3.5":
      "/scratch/me/berth/images/text-generation-inference_3.3.5.sif",
    "ghcr.io/princeton-ddss/speech-recognition-inference:0.1.2":
      "/shared/models/images/speech-recognition-inference_0.1.2.sif",
    "acme/server:1": "/scratch/me/berth/images/server_1.sif",
  };
  const nobody = (): never => {
    throw new Error("a preview asks nobody");
  };
  const launcher = createSlurmLauncher({
    hostOf: nobody,
    meterOf: nobody,
    nodePath: "/usr/bin/node",
    runnerEntry: "/runner.mjs",
    packer: new Packer("/nowhere"),
    installer: new Installer(),
    cacheDir: "/nowhere",
    clock: harbour.clock,
  });
  const previewing: PreviewingLauncher = {
    preview: (request) => launcher.preview(request),
    expectedStart: async () => undefined,
  };
  const control = await harbour.start({
    engines,
    launcherOf: () => Object.assign(harbour.sea, previewing),
  });
  try {
    return await control.services.preview({ name: "golden", ...spec }, signal);
  } finally {
    harbour.kill();
  }
}

/** The job script, with what the runner then starts as a function that nobody calls: so that a shell reads that too. */
function shown({ jobScript, files, steps, warnings }: LaunchPreview): string {
  const content = files.find(({ path }) => path.endsWith(launchFiles.spec))?.content ?? "";
  const { program, listen } = runnerSpecSchema.parse(JSON.parse(content));
  const told = [
    ...steps,
    ...warnings.map((warning) => `warning: ${warning}`),
    `listens: ${JSON.stringify(listen)}`,
  ];
  const notes = told.map((line) => `# ${line}`);
  if (program.kind === "embedded")
    return [
      jobScript,
      ...notes,
      `# the runner is ${program.engine}: ${JSON.stringify(program.config)}`,
      "",
    ].join("\n");
  const forwarded = Object.entries(program.container?.forward ?? {});
  return [
    jobScript,
    ...notes,
    "berth_engine() {",
    ...Object.entries(program.env).map(([name, value]) => `export ${name}=${shellQuote(value)}`),
    ...forwarded.map(([as, name]) => `export ${as}="\${${name}-}"`),
    shellWords(program.argv),
    ...(program.container?.cleanup ?? []).map((words) => shellWords(words)),
    "}",
    "",
  ].join("\n");
}

function checkShell(script: string): void {
  expect(spawnSync("bash", ["-n"], { input: script, encoding: "utf8" })).toMatchObject({
    status: 0,
    stderr: "",
  });
  // SC2016: words in single quotes are meant not to expand; SC1083: the runner's braces are words here
  const words = ["--shell=bash", "--severity=warning", "--exclude=SC2016,SC1083", "-"];
  const checked = spawnSync("shellcheck", words, { input: script, encoding: "utf8" });
  // where there is no shellcheck, there is no status
  if (checked.error === undefined) expect(checked).toMatchObject({ status: 0, stdout: "" });
}

describe.each(contained)("a dry run of %s on a cluster", (engine) => {
  test.each(runtimes)("by %s is as it stands in golden", async (runtime) => {
    const own = engine === "command" && runtime !== "process" ? { container: "acme/server:1" } : {};
    const script = shown(await preview({ ...orders[engine], engine, runtime, ...own, ...given[runtime] }));
    await expect(script).toMatchFileSnapshot(`golden/${engine}-${runtime}.sh`);
    checkShell(script);
  });
});

describe.each(embedded)("a dry run of %s on a cluster", (engine) => {
  test("is as it stands in golden: it runs without a container", async () => {
    const script = shown(await preview({ ...orders[engine], engine }));
    await expect(script).toMatchFileSnapshot(`golden/${engine}-process.sh`);
    checkShell(script);
  });

  test.each(["apptainer", "podman", "pyxis"] as const)("by %s is refused", async (runtime) => {
    await expect(preview({ ...orders[engine], engine, runtime })).rejects.toMatchObject({
      param: "runtime",
      message: expect.stringContaining("runs without a container") as string,
    });
  });
});

test("a dry run by Apptainer of an image that was not pulled is refused with the command that pulls it", async () => {
  const spec: CreateService = {
    ...orders.vllm,
    engine: "vllm",
    runtime: "apptainer",
    container: "acme/vllm:2",
  };
  await expect(preview(spec)).rejects.toMatchObject({
    param: "container",
    message: expect.stringContaining("berth image pull acme/vllm:2 -p della") as string,
  });
});
