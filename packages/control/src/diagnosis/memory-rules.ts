import { berthCommand, type ServiceFacts } from "./berth-command.ts";
import type { Rule } from "./rule.ts";

/** What the service was given and was not enough: memory, disk, time. */
export const memoryRules: readonly Rule[] = [
  {
    kind: "out_of_memory",
    pattern:
      /oom[-_ ]kill event|OOM Killed|Out Of Memory|^Killed process \d+|std::bad_alloc|DefaultCPUAllocator: can't allocate memory|MemoryError|\[Errno 12\] Cannot allocate memory/,
    causes: ["out_of_memory"],
    tell: ({ service }) => ({
      summary: `it took more memory than it was given${givenMemory(service)}`,
      advice: "ask for more (--mem), or for fewer tokens or parallel requests",
      command: withMoreMemory(service),
    }),
  },
  {
    kind: "disk_quota",
    pattern: /Disk quota exceeded|\[Errno 122\]|EDQUOT/,
    tell: ({ match }) => ({
      summary: `the quota is used up${whereIn(match?.input)}`,
      advice: "remove what is not needed (berth model ls, berth prune), or ask the cluster's staff for more",
    }),
  },
  {
    kind: "disk_full",
    pattern: /No space left on device|\[Errno 28\]|ENOSPC/,
    tell: ({ match }) => ({
      summary: `the disk is full${whereIn(match?.input)}`,
      advice:
        "make room there; shared memory of a container is set by --shm-size, temporary files by --env TMPDIR",
    }),
  },
  {
    kind: "time_limit",
    pattern: /CANCELLED AT \S+ DUE TO TIME LIMIT/,
    causes: ["time_limit"],
    tell: ({ service }) => ({
      summary: "its wall time was over",
      advice: "ask for more (--time), or let Berth launch a successor before it ends (--renew)",
      command: berthCommand({ ...service, renew: true }),
    }),
  },
];

function givenMemory({ resources }: ServiceFacts): string {
  return resources?.memoryMiB === undefined ? "" : `, ${resources.memoryMiB} MiB`;
}

function withMoreMemory(service: ServiceFacts): string | undefined {
  if (service.resources?.memoryMiB === undefined) return undefined;
  const memoryMiB = service.resources.memoryMiB * 2;
  return berthCommand({ ...service, resources: { ...service.resources, memoryMiB } });
}

function whereIn(line: string | undefined): string {
  const [, path] = /['"‘](\/[^'"’]+)['"’]/.exec(line ?? "") ?? [];
  return path === undefined ? "" : ` at ${path}`;
}
