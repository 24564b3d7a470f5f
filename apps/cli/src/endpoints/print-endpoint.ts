import { durationInWords } from "@berth/api/wall-time";
import type { Endpoint, QueueRules, Scaling } from "@berth/api";
import type { Cli } from "../cli.ts";
import { renderFacts } from "../terminal/facts.ts";
import { relativeTime } from "../terminal/relative-time.ts";
import { deployedText, servedBy } from "./columns.ts";
import { endpointPaint } from "./status-paint.ts";

type Fact = readonly [string, string | null];

/** Everything about an endpoint but its history. */
export function printEndpoint(cli: Cli, endpoint: Endpoint): void {
  const { style } = cli;
  const { status, statusReason } = endpoint;
  cli.print(`${style.bold(endpoint.fullName)}   ${endpointPaint(status, style)(status)}`);
  if (statusReason !== null) cli.printPlain(statusReason);
  cli.print("");
  const facts = [...configured(endpoint), ...settings(endpoint), ...present(endpoint, cli.io.now())];
  for (const line of renderFacts(facts, style.dim)) cli.print(line);
  cli.print(`\n${style.bold("Call it")}`);
  const { url } = cli.address();
  const calls: Fact[] = [
    ["model", `${endpoint.name}, ${endpoint.fullName}`],
    ["predict", `POST ${url}${endpoint.paths.predict}`],
    ["openai", `${url}${endpoint.paths.openai}`],
  ];
  for (const line of renderFacts(calls, style.dim)) cli.print(line);
}

function configured(endpoint: Endpoint): Fact[] {
  const { template, profiles, hardware, secrets, hubSecret } = endpoint.configuration;
  const env = Object.keys({ ...template?.env, ...template?.command?.env });
  const changes = endpoint.hasChanges ? "; changed since: `berth endpoint deploy` rolls it out" : "";
  return [
    ["id", endpoint.id],
    ["for", endpoint.description],
    ["serves", servedBy(endpoint)],
    ["revision", template?.revision ?? null],
    ["kind", template?.image ?? null],
    ["engine", template?.engine ?? null],
    ["runtime", template?.runtime ?? null],
    ["container", template?.container ?? null],
    ["profiles", profiles.join(", then ")],
    ["hardware", hardware],
    [
      "secrets",
      listed(
        secrets.map(({ secret, env: name, as }) => `${secret} as ${name}${as === "file" ? " (file)" : ""}`),
      ),
    ],
    ["downloaded with", hubSecret],
    ["environment", listed(env)],
    [
      "mounts",
      listed(
        (template?.mounts ?? []).map(({ source, target }) =>
          target === undefined ? source : `${source} at ${target}`,
        ),
      ),
    ],
    ["deployed", `${deployedText({ ...endpoint, hasChanges: false })}${changes}`],
  ];
}

const coldStartWords = { fail: "callers are refused", fallback: "the fallback answers" };

function settings({ visibility, scaling, queue, fallback, coldStart, configuration }: Endpoint): Fact[] {
  return [
    ["visibility", visibility],
    ["fallback", fallback],
    ["cold", coldStart === "hold" ? null : coldStartWords[coldStart]],
    ["scaling", configuration.template === null ? null : scalingInWords(scaling)],
    ["jobs", queueInWords(queue)],
  ];
}

function present(endpoint: Endpoint, nowMs: number): Fact[] {
  const { replicas, inFlight, waiting, jobs, expectedReadyAt, decision, configuration } = endpoint;
  const more = [
    ...(replicas.starting > 0 ? [`${replicas.starting} starting`] : []),
    ...(replicas.draining > 0 ? [`${replicas.draining} ending`] : []),
    `${replicas.wanted} wanted`,
  ];
  return [
    ["replicas", configuration.template === null ? null : `${replicas.ready} ready, ${more.join(", ")}`],
    ["why", decision],
    ["requests", `${inFlight} under way, ${waiting} held`],
    ["queue", `${jobs.queued} queued, ${jobs.running} running`],
    ["ready", expectedReadyAt === null ? null : relativeTime(Math.max(nowMs, expectedReadyAt), nowMs)],
    ["created", relativeTime(endpoint.createdAt, nowMs)],
    ["changed", relativeTime(endpoint.updatedAt, nowMs)],
  ];
}

/** `0 to 3 replicas, 100 requests each; fewer after 15 minutes`. */
export function scalingInWords(scaling: Scaling): string {
  const { min, max, scaledownPeriodSeconds, targetPendingRequests, queueDelaySeconds, concurrency } = scaling;
  return [
    `${min === max ? min : `${min} to ${max}`} replicas`,
    `${targetPendingRequests} requests for each`,
    ...(concurrency === null ? [] : [`${concurrency} at once in each`]),
    ...(queueDelaySeconds === null ? [] : [`begun within ${queueDelaySeconds} s`]),
    `fewer after ${durationInWords(scaledownPeriodSeconds)}`,
  ].join(", ");
}

function queueInWords(queue: QueueRules): string {
  return [
    `given up after ${durationInWords(queue.ttlSeconds)}`,
    `${queue.maxAttempts} attempts of ${durationInWords(queue.executionTimeoutSeconds)}`,
    ...(queue.retriesFailures ? ["failures too"] : []),
    `kept for ${durationInWords(queue.retentionSeconds)}`,
  ].join(", ");
}

function listed(texts: readonly string[]): string | null {
  return texts.length === 0 ? null : texts.join(", ");
}
