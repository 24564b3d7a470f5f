import { hasEnded, type CommandSpec, type Service } from "@berth/api";
import type { ServiceRow } from "@berth/store";
import type { LiveFact } from "../controllers/live-facts.ts";
import { redactEnv, redactWords } from "./redact.ts";

/** The service as people see it: what is stored, what is true at the moment, and no secret of theirs. */
export function viewService(row: ServiceRow, fact: LiveFact | undefined): Service {
  const { service } = row;
  const live = hasEnded(service.status) ? undefined : fact;
  const progress = service.status === "STARTING" ? live?.progress : undefined;
  return {
    ...service,
    statusReason: progress ?? service.statusReason,
    command: service.command === null ? null : redactCommand(service.command),
    options:
      service.options.extra === undefined
        ? service.options
        : { ...service.options, extra: redactWords(service.options.extra) },
    env: redactEnv(service.env),
    inFlight: live?.inFlight ?? 0,
    lastActivityAt: live?.lastActivityAt ?? null,
    memoryMiB: live?.memoryMiB ?? null,
    job: live?.job ?? null,
    transport: live?.transport ?? null,
    expectedReadyAt: null,
    successor: null,
  };
}

export function redactCommand(command: CommandSpec): CommandSpec {
  return {
    ...command,
    argv: redactWords(command.argv),
    ...(command.env === undefined ? {} : { env: redactEnv(command.env) }),
  };
}
