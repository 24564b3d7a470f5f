import type { Endpoint } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { findEndpoint } from "../../endpoints/find-endpoint.ts";
import { addExamples } from "../../help.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<endpoint...>", "names, OWNER/NAME or ids").action(async (references: string[]) => {
    const found = new Map<string, Endpoint>();
    for (const reference of references) {
      const endpoint = await findEndpoint(cli, reference);
      found.set(endpoint.id, endpoint);
    }
    const endpoints = [...found.values()];
    const names = endpoints.map(({ fullName }) => fullName).join(", ");
    await confirm(cli, `Remove ${names}? ${whatIsLost(endpoints)}`);
    for (const { id } of endpoints) await cli.client().deleteEndpoint({ params: { id } });
    if (cli.options.json === true) cli.printList(endpoints.map(({ id, fullName }) => ({ id, fullName })));
    cli.done(`Removed ${names}`);
  });
  addExamples(command, {
    "berth endpoint rm chat": "asks first, and says what is lost",
    "berth endpoint rm chat old --yes": "does not",
  });
}

function whatIsLost(endpoints: readonly Endpoint[]): string {
  const sum = (count: (endpoint: Endpoint) => number): number =>
    endpoints.reduce((total, endpoint) => total + count(endpoint), 0);
  const replicas = sum((endpoint) => endpoint.replicas.ready + endpoint.replicas.starting);
  const jobs = sum((endpoint) => endpoint.jobs.queued + endpoint.jobs.running);
  const calls = sum((endpoint) => endpoint.inFlight + endpoint.waiting);
  const losses = [
    ...(replicas > 0 ? [`${counted(replicas, "replica")} ${replicas === 1 ? "stops" : "stop"}`] : []),
    ...(calls > 0 ? [`${counted(calls, "call")} under way end`] : []),
    ...(jobs > 0 ? [`${counted(jobs, "job")} are cancelled`] : []),
    "deployments, jobs and their results are forgotten",
  ];
  const text = losses.join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function counted(count: number, what: string): string {
  return `${count} ${count === 1 ? what : `${what}s`}`;
}
