import type { Resources, Service } from "@berth/api";
import { durationInWords } from "@berth/api/wall-time";
import { memorySize } from "../terminal/quantities.ts";
import { relativeTime } from "../terminal/relative-time.ts";

type Fact = readonly [name: string, value: string | null];

/** What concerns a service's Slurm job, its successor, and what ends it; nothing of a service of this machine. */
export function jobFacts(service: Service, nowMs: number): Fact[] {
  const { job, resources, transport, successor, renew, idleTimeoutSeconds } = service;
  const isElsewhere = job !== null || resources !== null;
  return [
    ["asked for", resources === null ? null : resourceText(resources)],
    ...(job === null ? [] : factsOf(job, nowMs)),
    ["transport", isElsewhere ? transport : null],
    ["renewed", renew ? "before its wall time ends" : null],
    ["successor", successor === null ? null : successorText(successor, nowMs)],
    ["idle stop", idleTimeoutSeconds === null ? null : `after ${durationInWords(idleTimeoutSeconds)}`],
  ];
}

function factsOf(job: NonNullable<Service["job"]>, nowMs: number): Fact[] {
  const when = (atMs: number | null): string | null => (atMs === null ? null : relativeTime(atMs, nowMs));
  const queue = [
    ...(job.jobsAhead === null || job.jobsAhead === 0 ? [] : [`${job.jobsAhead} ahead`]),
    ...(job.requeues === 0 ? [] : [`put back ${job.requeues} ${job.requeues === 1 ? "time" : "times"}`]),
  ];
  return [
    ["Slurm job", `${job.id} (${job.state})`],
    ["why", job.reason],
    ["partition", job.partition],
    ["node", job.node],
    ["queue", queue.length === 0 ? null : queue.join(", ")],
    ["submitted", when(job.submittedAt)],
    ["starts", job.startedAt === null ? when(job.expectedStartAt) : null],
    ["started", when(job.startedAt)],
    ["wall time ends", when(job.endsAt)],
  ];
}

function successorText(successor: NonNullable<Service["successor"]>, nowMs: number): string {
  const { status, job, expectedReadyAt } = successor;
  const facts = [
    status,
    ...(job === null ? [] : [`Slurm job ${job.id}`]),
    ...(job?.reason == null ? [] : [job.reason]),
    ...(expectedReadyAt === null ? [] : [`ready ${relativeTime(expectedReadyAt, nowMs)}`]),
  ];
  return facts.join(", ");
}

function resourceText(resources: Resources): string | null {
  const { time, memoryMiB, ntasksPerNode, sbatch, gres, ...words } = resources;
  const given = [
    ...(time === undefined ? [] : [`time ${time}`]),
    ...(gres === undefined ? [] : [`gres ${gres}`]),
    ...(memoryMiB === undefined ? [] : [`memory ${memorySize(memoryMiB)}`]),
    ...(ntasksPerNode === undefined ? [] : [`tasks per node ${ntasksPerNode}`]),
    ...Object.entries(words).map(([name, value]) => `${name} ${String(value)}`),
    ...(sbatch ?? []),
  ];
  return given.length === 0 ? null : given.join(", ");
}
