import type { Service } from "@berth/api";
import { relativeTime } from "../terminal/relative-time.ts";

/** `STARTING (loading 62 %)`. */
export function describeStatus({ status, statusReason }: Service): string {
  return statusReason === null || statusReason === "" ? status : `${status} (${statusReason})`;
}

/** As `describeStatus`, with what the queue tells: `PENDING (other jobs go first, 3 of them ahead, starts in 12 min)`. */
export function describeProgress(service: Service, nowMs: number): string {
  const { status, statusReason, job, expectedReadyAt } = service;
  const facts = [
    ...(statusReason === null || statusReason === "" ? [] : [statusReason]),
    ...(status === "PENDING" && job !== null ? queueFacts(job, nowMs) : []),
    ...(status === "STARTING" && expectedReadyAt !== null && expectedReadyAt > nowMs
      ? [`ready ${relativeTime(expectedReadyAt, nowMs)}`]
      : []),
  ];
  return facts.length === 0 ? status : `${status} (${facts.join(", ")})`;
}

/** What is told where lines cannot be rewritten: the status, and why a cluster lets it wait. */
export function milestone({ name, status, statusReason, job }: Service): string {
  const why = status === "PENDING" && job !== null && statusReason !== null ? ` (${statusReason})` : "";
  return `${name}: ${status}${why}`;
}

function queueFacts(job: NonNullable<Service["job"]>, nowMs: number): string[] {
  const { jobsAhead, expectedStartAt } = job;
  return [
    ...(jobsAhead === null || jobsAhead === 0 ? [] : [`${jobsAhead} ahead`]),
    ...(expectedStartAt === null ? [] : [`starts ${relativeTime(Math.max(nowMs, expectedStartAt), nowMs)}`]),
  ];
}
