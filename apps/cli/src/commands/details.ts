import type { Service } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { addExamples } from "../help.ts";
import { callLine } from "../services/call-line.ts";
import { keyWord, serviceHost } from "../services/call-options.ts";
import { jobFacts } from "../services/job-facts.ts";
import { printEvents } from "../services/print-events.ts";
import { findService } from "../services/find-service.ts";
import { diagnosisLines } from "../services/tell-diagnosis.ts";
import { statusPaint } from "../services/status-paint.ts";
import { renderFacts } from "../terminal/facts.ts";
import { memorySize } from "../terminal/quantities.ts";
import { relativeTime } from "../terminal/relative-time.ts";

const shownEvents = 5;

export function define(command: Command, cli: Cli): void {
  command.argument("<service>", "id, start of an id, or name").action(async (reference: string) => {
    const client = cli.client();
    const service = await findService(client, reference);
    if (cli.options.json === true) return cli.printJson(service);
    const events = (await client.listServiceEvents({ params: { id: service.id } })).data;
    const { style } = cli;
    cli.print(`${style.bold(service.name)}   ${statusPaint(service.status, style)(service.status)}`);
    if (service.statusReason !== null) cli.printPlain(service.statusReason);
    cli.print("");
    for (const line of renderFacts(facts(service, cli.io.now()), style.dim)) cli.print(line);
    if (service.logTail !== null && service.logTail.length > 0) {
      cli.print(`\n${style.bold("The end of its log")}`);
      for (const line of service.logTail) cli.printPlain(`  ${line}`);
    }
    if (service.diagnosis !== null) {
      cli.print(`\n${style.bold("Diagnosis")}`);
      for (const line of diagnosisLines(service.diagnosis)) cli.printPlain(`  ${line}`);
    }
    if (events.length > 0) {
      cli.print(`\n${style.bold("Lately")}`);
      printEvents(cli, events.slice(-shownEvents), undefined);
    }
    const call = callLine(service, { host: serviceHost(cli), key: keyWord(cli, service, undefined) });
    if (call !== undefined) cli.print(`\n${style.bold("Call it")}\n${call}`);
  });
  addExamples(command, {
    "berth details pilot": "by name",
    "berth details 97ff": "by the start of its id",
    "berth details pilot --json": "every field",
  });
}

function listed(texts: readonly string[]): string | null {
  return texts.length === 0 ? null : texts.join(", ");
}

function mountText({ source, target, readOnly }: Service["mounts"][number]): string {
  const where = target === undefined || target === source ? source : `${source} at ${target}`;
  return readOnly === true ? `${where} (read only)` : where;
}

function facts(service: Service, nowMs: number): (readonly [string, string | null])[] {
  const time = (atMs: number | null): string | null =>
    atMs === null ? null : `${relativeTime(atMs, nowMs)} (${new Date(atMs).toISOString()})`;
  const count = (value: number | null): string | null => (value === null ? null : String(value));
  return [
    ["id", service.id],
    ["image", service.image],
    ["model", service.model],
    ["revision", service.revision],
    ["files", service.modelPath],
    ["profile", service.profile],
    ["engine", `${service.engine} (${service.runtime})`],
    ["container", service.container],
    ["mounts", listed(service.mounts.map(mountText))],
    ["environment", listed(Object.keys(service.env))],
    ["command", service.command === null ? null : service.command.argv.join(" ")],
    ["port", count(service.port)],
    ["own key", service.hasApiKey ? "yes" : "no"],
    ["context", service.contextTokens === null ? null : `${service.contextTokens} tokens`],
    ["parallel", count(service.parallel)],
    ["in flight", String(service.inFlight)],
    ["memory", service.memoryMiB === null ? null : memorySize(service.memoryMiB)],
    ["estimated", service.estimatedMemoryMiB === null ? null : memorySize(service.estimatedMemoryMiB)],
    ...jobFacts(service, nowMs),
    ["restarts", String(service.restarts)],
    ["ready", service.expectedReadyAt === null ? null : time(service.expectedReadyAt)],
    ["next try", time(service.retryAt)],
    ["unreachable", time(service.unreachableSince)],
    ["created", time(service.createdAt)],
    ["healthy", time(service.healthyAt)],
    ["last used", time(service.lastActivityAt)],
    ["ended", time(service.endedAt)],
  ];
}
