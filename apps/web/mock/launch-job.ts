import { BerthError, type CreateService, type LaunchPreview, type Resources } from "@berth/api";
import type { World } from "./world.ts";

/** What a launch on a cluster would do: the job script, the files, the start that the scheduler expects. */
export function planJob(body: CreateService, world: World): LaunchPreview {
  const model = world.models.find((one) => one.id === body.model || one.repo === body.model);
  if (model === undefined && body.command === undefined)
    throw new BerthError("model_not_found", `no model ${body.model ?? ""} is installed`, { param: "model" });
  const resources = body.resources ?? {};
  const { partitions } = world.cluster;
  const partition = partitions.find((one) =>
    resources.partition === undefined ? one.isDefault : one.name === resources.partition,
  );
  if (partition === undefined)
    throw new BerthError(
      "unprocessable",
      `there is no partition ${resources.partition ?? ""}; there are ${partitions.map((one) => one.name).join(", ")}`,
      { param: "resources.partition" },
    );
  const name = body.name ?? "quiet-heron";
  const script = jobScript(name, resources, body, model?.path ?? "");
  return {
    service: body,
    name,
    model: model?.repo ?? body.model ?? null,
    revision: model?.revision ?? null,
    revisionReason: model === undefined ? null : "newest of 1 on this profile",
    engine: body.command === undefined ? "vllm" : "command",
    imageFile: null,
    argv: ["sbatch", "--parsable", "/home/ada/.berth/services/5e200000/job.sh"],
    env: {},
    jobScript: script,
    expectedStartAt: partition.nodes.idle > 0 ? Date.now() + 40_000 : Date.now() + 49 * 60_000,
    files: [
      { path: "/home/ada/.berth/services/5e200000/job.sh", mode: "0600", content: script },
      {
        path: "/home/ada/.berth/services/5e200000/launch.json",
        mode: "0600",
        content: JSON.stringify({ launchId: "5e200000-1", model: model?.path ?? null }, null, 2),
      },
    ],
    memory: { neededMiB: null, freeMiB: 0, fits: true },
    warnings:
      partition.gpus.length > 0 && resources.gres === undefined
        ? [`partition ${partition.name} has GPUs, and none is asked for`]
        : [],
    steps: [`will submit 1 job to ${partition.name}`],
  };
}

function jobScript(name: string, resources: Resources, body: CreateService, path: string): string {
  const options = [
    ["job-name", `berth:h7c2d9:${name}`],
    ["partition", resources.partition],
    ["account", resources.account],
    ["qos", resources.qos],
    ["time", resources.time],
    ["nodes", resources.nodes],
    ["ntasks-per-node", resources.ntasksPerNode],
    ["mem", resources.memoryMiB === undefined ? undefined : `${resources.memoryMiB}M`],
    ["gres", resources.gres],
    ["constraint", resources.constraint],
    ["exclude", resources.exclude],
    ["reservation", resources.reservation],
  ] as const;
  return [
    "#!/bin/bash",
    ...options.flatMap(([option, value]) =>
      value === undefined ? [] : [`#SBATCH --${option}=${String(value)}`],
    ),
    ...(resources.sbatch ?? []).map((line) => `#SBATCH ${line}`),
    "",
    "set -euo pipefail",
    "module load apptainer/1.3",
    "umask 077",
    `exec "$HOME/.berth/runner/node" "$HOME/.berth/runner/runner.mjs" launch \\`,
    `  --runtime ${body.runtime ?? "apptainer"} --image ${body.container ?? "vllm/vllm-openai:v0.20.0"} \\`,
    `  --model ${path}`,
    "",
  ].join("\n");
}
