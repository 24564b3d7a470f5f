import { hasEnded, type CommandSpec, type HandlerSpec, type Service } from "@berth/api";
import type { ServiceRow } from "@berth/store";
import type { Forecast } from "../controllers/forecast.ts";
import type { LiveFact } from "../controllers/live-facts.ts";
import { launchIdOf } from "./launch-ref.ts";
import { hideValues, redactEnv, redactWords } from "./redact.ts";

type FactOf = (launchId: string) => LiveFact | undefined;

/** The service as people see it: what is stored, what is true at the moment, and no secret of theirs. */
export function viewService(row: ServiceRow, factOf: FactOf, forecast: Forecast): Service {
  const { service } = row;
  const live = hasEnded(service.status) ? undefined : factOf(launchIdOf(service.id, row.attempt));
  const isUnderWay = service.status === "PENDING" || service.status === "STARTING";
  const progress = isUnderWay ? live?.progress : undefined;
  return {
    ...service,
    statusReason: progress ?? service.statusReason,
    command: service.command === null ? null : redactCommand(service.command),
    handler: service.handler === null ? null : withoutText(service.handler),
    options:
      service.options.extra === undefined
        ? service.options
        : { ...service.options, extra: redactWords(service.options.extra) },
    env: hideValues(service.env),
    inFlight: live?.inFlight ?? 0,
    lastActivityAt: live?.lastActivityAt ?? null,
    memoryMiB: live?.memoryMiB ?? null,
    job: live?.job ?? null,
    transport: live?.transport ?? null,
    expectedReadyAt: expectedReadyAt(row, live, forecast) ?? null,
    successor: successorOf(row, factOf, forecast),
  };
}

/** When a service that is not ready yet is expected to be; `undefined` where nobody can tell. */
export function expectedReadyAt(
  row: ServiceRow,
  fact: LiveFact | undefined,
  forecast: Forecast,
): number | undefined {
  const { status, updatedAt: since, retryAt } = row.service;
  switch (status) {
    case "SUBMITTED":
    case "PENDING":
      return forecast.readyAt(row, { isStarting: false, since, retryAt }, fact);
    case "STARTING":
      return forecast.readyAt(row, { isStarting: true, since, retryAt }, fact);
    case "HEALTHY":
    case "UNHEALTHY":
    case "STOPPING":
    case "STOPPED":
    case "FAILED":
    case "TIMEOUT":
    case "PREEMPTED":
      return undefined;
  }
}

function successorOf(row: ServiceRow, factOf: FactOf, forecast: Forecast): Service["successor"] {
  const successor = row.renewal?.successor;
  if (successor === undefined || successor === null || hasEnded(row.service.status)) return null;
  const { attempt, status, updatedAt: since, retryAt } = successor;
  const launchId = launchIdOf(row.service.id, attempt);
  const fact = factOf(launchId);
  const launch = { isStarting: status === "STARTING", since, retryAt };
  return {
    launchId,
    status,
    job: fact?.job ?? null,
    expectedReadyAt: forecast.readyAt(row, launch, fact) ?? null,
  };
}

export function redactCommand(command: CommandSpec): CommandSpec {
  return {
    ...command,
    argv: redactWords(command.argv),
    ...(command.env === undefined ? {} : { env: redactEnv(command.env) }),
  };
}

/** Lists are read often, and nobody reads files in them. */
export function withoutText(handler: HandlerSpec): HandlerSpec {
  const { source } = handler;
  return source.kind === "text" ? { ...handler, source: { ...source, text: "" } } : handler;
}
