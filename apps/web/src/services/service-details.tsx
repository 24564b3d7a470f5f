import type { Mount, Resources, Runtime, Service } from "@berth/api";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatCount, formatMiB } from "../format/size.ts";
import { formatMoment, formatSpan } from "../format/time.ts";
import { Copyable } from "../parts/copy-button.tsx";
import { Facts, type Fact } from "../parts/facts.tsx";

/** Everything the server tells of a service, in words. */
export function ServiceDetails({ service }: { service: Service }): ReactNode {
  const { options, command } = service;
  const rows: readonly Fact[] = [
    ["Id", <Copyable key="id" text={service.id} what="the id" />],
    ["Task", `${service.task} (image ${service.image})`],
    ["Model", service.model === null ? null : <Copyable key="model" text={service.model} what="the model" />],
    [
      "Revision",
      service.revision === null ? null : (
        <Copyable key="revision" text={service.revision} what="the revision" />
      ),
    ],
    [
      "Path",
      service.modelPath === null ? null : <Copyable key="path" text={service.modelPath} what="the path" />,
    ],
    [
      "Replica of",
      service.replicaOf === null ? null : (
        <Link
          key="endpoint"
          to="/endpoints/$id"
          params={{ id: service.replicaOf.endpointId }}
          className="hover:underline"
        >
          endpoint {service.replicaOf.endpointId}, deployment {service.replicaOf.deployment}
        </Link>
      ),
    ],
    ["Profile", service.profile],
    ["Engine", `${service.engine}, ${runtimeText[service.runtime]}`],
    [
      "Container",
      service.container === null ? null : <Copyable key="image" text={service.container} what="the image" />,
    ],
    ["Asked of Slurm", service.resources === null ? null : resourcesText(service.resources)],
    ["Renewed", service.renew ? "before its time is over" : null],
    [
      "Stops when idle",
      service.idleTimeoutSeconds === null ? null : `after ${formatSpan(service.idleTimeoutSeconds * 1000)}`,
    ],
    ["Directories", lines(service.mounts.map(mountText))],
    ["Environment", lines(Object.entries(service.env).map(([name, value]) => `${name}=${value}`))],
    ["Shared port", service.allowSharedPort ? "allowed: other users of the node may reach the engine" : null],
    [
      "Command",
      command === null ? null : <Copyable key="argv" text={command.argv.join(" ")} what="the command" />,
    ],
    ["Health path", command?.healthPath ?? null],
    ["Context", service.contextTokens === null ? null : `${formatCount(service.contextTokens)} tokens`],
    ["Parallel", service.parallel === null ? null : `${service.parallel} sequences at once`],
    ["Threads", options.threads ?? null],
    ["File", options.file ?? null],
    ["LoRA adapters", lines((options.lora ?? []).map(({ path, scale }) => `${path} × ${scale}`))],
    ["Extra options", options.extra?.join(" ") ?? null],
    ["Memory", memory(service)],
    [
      "Port",
      service.port === null ? null : `${service.port}${service.hasApiKey ? ", with a key of its own" : ""}`,
    ],
    ["Restarts", service.restarts],
    ["Created", formatMoment(service.createdAt)],
    ["Healthy since", moment(service.healthyAt)],
    ["Last request", moment(service.lastActivityAt)],
    ["Ended", moment(service.endedAt)],
  ];
  return <Facts facts={rows} />;
}

const runtimeText: Record<Runtime, string> = {
  process: "as a process",
  docker: "in Docker",
  podman: "in Podman",
  apptainer: "in Apptainer",
  pyxis: "in Pyxis",
};

function resourcesText({ memoryMiB, sbatch = [], ...rest }: Resources): string {
  const memoryText = memoryMiB === undefined ? undefined : formatMiB(memoryMiB);
  return [
    ...Object.entries({ ...rest, memory: memoryText }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${slurmNames[name] ?? name} ${value}`],
    ),
    ...sbatch,
  ].join(" · ");
}

const slurmNames: Readonly<Record<string, string>> = { ntasksPerNode: "tasks a node", gres: "GPUs" };

function mountText({ source, target, readOnly = false }: Mount): string {
  return `${source}${target === undefined ? "" : ` as ${target}`}${readOnly ? ", read only" : ""}`;
}

function lines(texts: readonly string[]): ReactNode {
  return texts.length === 0
    ? null
    : texts.map((text) => (
        <span key={text} className="block font-mono text-sm">
          {text}
        </span>
      ));
}

function memory({ memoryMiB, estimatedMemoryMiB }: Service): string | null {
  if (memoryMiB === null)
    return estimatedMemoryMiB === null ? null : `about ${formatMiB(estimatedMemoryMiB)}`;
  return estimatedMemoryMiB === null
    ? formatMiB(memoryMiB)
    : `${formatMiB(memoryMiB)} (estimated ${formatMiB(estimatedMemoryMiB)})`;
}

function moment(at: number | null): string | null {
  return at === null ? null : formatMoment(at);
}
