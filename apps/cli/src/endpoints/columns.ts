import type { Deployment, Endpoint, HandlerSpec } from "@berth/api";
import { handlerSourceName } from "@berth/api/handler-source-name";
import { briefTime, clockTime, relativeTime } from "../terminal/relative-time.ts";
import type { Style } from "../terminal/style.ts";
import type { Column } from "../terminal/table.ts";
import { deploymentPaint, endpointPaint } from "./status-paint.ts";

/** What `berth endpoint ls` shows. */
export function endpointColumns(style: Style, nowMs: number): readonly Column<Endpoint>[] {
  return [
    { title: "NAME", cell: ({ fullName }) => fullName, shrinkTo: 12 },
    {
      title: "STATUS",
      cell: ({ status }) => status,
      paint: ({ status }) => endpointPaint(status, style),
    },
    { title: "REPLICAS", cell: replicaText },
    {
      title: "REQUESTS",
      cell: ({ inFlight, waiting }) => (waiting === 0 ? String(inFlight) : `${inFlight}+${waiting}`),
    },
    { title: "JOBS", cell: ({ jobs }) => `${jobs.running} of ${jobs.queued + jobs.running}`, expendable: 4 },
    { title: "MODEL", cell: servedBy, shrinkTo: 12, expendable: 2 },
    { title: "PROFILES", cell: ({ configuration }) => configuration.profiles.join(","), expendable: 5 },
    { title: "VISIBILITY", cell: ({ visibility }) => visibility, expendable: 6 },
    { title: "DEPLOYED", cell: deployedText, expendable: 3 },
    {
      title: "UPDATED",
      cell: ({ updatedAt }) => relativeTime(updatedAt, nowMs),
      brief: ({ updatedAt }) => briefTime(updatedAt, nowMs),
      expendable: 7,
    },
  ];
}

/** `1 of 2 (0-3)`: ready, wanted, and what is allowed. */
export function replicaText({ replicas, scaling, configuration }: Endpoint): string {
  if (configuration.template === null) return "workers";
  return `${replicas.ready} of ${replicas.wanted} (${scaling.min}-${scaling.max})`;
}

/** The model, the handler, the program, or who takes the jobs. */
export function servedBy({ configuration: { template } }: Pick<Endpoint, "configuration">): string {
  if (template === null) return "workers of your own";
  const { model, handler, command, container } = template;
  if (model !== undefined) return model;
  if (handler !== undefined) return handlerFile(handler);
  return command?.argv.join(" ") ?? container ?? "-";
}

/** As it was given: `app.py:Handler`. */
function handlerFile({ source, className }: HandlerSpec): string {
  return `${handlerSourceName(source)}${className === undefined ? "" : `:${className}`}`;
}

/** `3`, `3 (4 on its way)`; with an asterisk where the configuration is another by now. */
export function deployedText({ currentDeployment, nextDeployment, hasChanges }: Endpoint): string {
  const current = currentDeployment === null ? "-" : String(currentDeployment);
  const next = nextDeployment === null ? "" : ` (${nextDeployment} on its way)`;
  return `${current}${hasChanges ? "*" : ""}${next}`;
}

export function deploymentColumns(style: Style, nowMs: number): readonly Column<Deployment>[] {
  return [
    { title: "NUMBER", cell: ({ number, isCurrent }) => `${number}${isCurrent ? " (answers)" : ""}` },
    {
      title: "STATUS",
      cell: ({ status }) => status,
      paint: ({ status }) => deploymentPaint(status, style),
    },
    { title: "BY", cell: ({ creator }) => creator ?? "Berth", shrinkTo: 6, expendable: 3 },
    {
      title: "ORDERED",
      cell: ({ createdAt }) => relativeTime(createdAt, nowMs),
      brief: ({ createdAt }) => briefTime(createdAt, nowMs),
    },
    {
      title: "TOOK",
      cell: ({ createdAt, concludedAt }) => clockTime(((concludedAt ?? nowMs) - createdAt) / 1000),
      expendable: 2,
    },
    { title: "MODEL", cell: servedBy, shrinkTo: 12, expendable: 4 },
    {
      title: "WHY",
      cell: ({ statusReason, rollbackTo }) =>
        [rollbackTo === null ? "" : `as ${rollbackTo}`, statusReason ?? ""]
          .filter((part) => part !== "")
          .join("; "),
      shrinkTo: 12,
      expendable: 1,
    },
  ];
}
