import type { Service } from "@berth/api";
import { hasEnded } from "@berth/api/ended-statuses";
import { briefTime, relativeTime } from "../terminal/relative-time.ts";
import type { Style } from "../terminal/style.ts";
import type { Column } from "../terminal/table.ts";
import { statusPaint } from "./status-paint.ts";

/** What `berth ls` shows of services; what concerns clusters, only where any of them has it. */
export function serviceColumns(
  style: Style,
  nowMs: number,
  services: readonly Service[],
): readonly Column<Service>[] {
  const timeLeft: Column<Service> = {
    title: "TIME LEFT",
    cell: (service) => timeLeftOf(service, nowMs),
    expendable: 7,
  };
  const starts: Column<Service> = {
    title: "STARTS",
    cell: (service) => startOf(service, nowMs),
    expendable: 9,
  };
  const ahead: Column<Service> = { title: "AHEAD", cell: jobsAhead, expendable: 10 };
  const ready: Column<Service> = {
    title: "READY",
    cell: (service) => readyOf(service, nowMs),
    expendable: 8,
  };
  const why: Column<Service> = { title: "WHY", cell: shortReason, shrinkTo: 16, expendable: 6 };
  const some = (column: Column<Service>): Column<Service>[] =>
    services.some((service) => column.cell(service) !== "") ? [column] : [];
  return [
    { title: "SERVICE ID", cell: ({ id }) => shortId(id) },
    { title: "IMAGE", cell: ({ image }) => image, shrinkTo: 8, expendable: 3 },
    { title: "MODEL", cell: ({ model }) => model ?? "-", shrinkTo: 12, expendable: 1 },
    {
      title: "CREATED",
      cell: ({ createdAt }) => relativeTime(createdAt, nowMs),
      brief: ({ createdAt }) => briefTime(createdAt, nowMs),
      expendable: 4,
    },
    {
      title: "UPDATED",
      cell: ({ updatedAt }) => relativeTime(updatedAt, nowMs),
      brief: ({ updatedAt }) => briefTime(updatedAt, nowMs),
      expendable: 5,
    },
    { title: "STATUS", cell: ({ status }) => status, paint: ({ status }) => statusPaint(status, style) },
    { title: "PORT", cell: ({ port }) => (port === null ? "-" : String(port)) },
    { title: "NAME", cell: ({ name }) => name, shrinkTo: 8 },
    { title: "PROFILE", cell: ({ profile }) => profile, shrinkTo: 7, expendable: 2 },
    ...some(timeLeft),
    ...some(ahead),
    ...some(starts),
    ...some(ready),
    ...some(why),
  ];
}

/** `23 min`; with its successor, `23 min, next STARTING`. */
function timeLeftOf({ status, job, successor }: Service, nowMs: number): string {
  if (job === null || job.endsAt === null || hasEnded(status)) return "";
  const left = job.endsAt <= nowMs ? "over" : relativeTime(job.endsAt, nowMs).replace(/^in /, "");
  return successor === null ? left : `${left}, next ${successor.status}`;
}

function startOf({ status, job }: Service, nowMs: number): string {
  if (status !== "PENDING" || job === null || job.expectedStartAt === null) return "";
  return relativeTime(Math.max(nowMs, job.expectedStartAt), nowMs);
}

/** How many jobs stand before it. */
function jobsAhead({ status, job }: Service): string {
  return status !== "PENDING" || job === null || job.jobsAhead === null ? "" : String(job.jobsAhead);
}

/** By its start and how long its model took to load there before. */
function readyOf({ status, expectedReadyAt }: Service, nowMs: number): string {
  const isComing = status === "SUBMITTED" || status === "PENDING" || status === "STARTING";
  if (!isComing || expectedReadyAt === null) return "";
  return relativeTime(Math.max(nowMs, expectedReadyAt), nowMs);
}

function shortReason({ status, job, statusReason, unreachableSince }: Service): string {
  if (unreachableSince !== null && !hasEnded(status)) return "not reached";
  if (status !== "PENDING" || job === null) return "";
  return job.reason ?? statusReason ?? "";
}

/** As much of an id as tells services apart in practice; commands take any start of an id. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
