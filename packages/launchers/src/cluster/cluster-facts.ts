import { BerthError, isBerthError, type Cluster } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { untilAborted } from "@berth/std/until-aborted";
import type { RemoteHost } from "../remote/remote-host.ts";
import { accountsCommand, qosCommand, readAccounts, readQos, saysNoAccounting } from "./read-accounts.ts";
import { nodesCommand, readNodes } from "./read-nodes.ts";
import {
  groupsCommand,
  mayUse,
  partitionOf,
  partitionsCommand,
  readGroups,
  readPartitions,
} from "./read-partitions.ts";
import { readRuntimes, runtimesCommand } from "./read-runtimes.ts";
import type { SchedulerMeter } from "./scheduler-meter.ts";
import { readSections, type Section, type SectionCommand, sectionScript } from "./sections.ts";

export interface ClusterFactsOptions {
  readonly host: RemoteHost;
  /** Shared with all who ask this cluster's scheduler. */
  readonly meter: SchedulerMeter;
  readonly clock: Clock;
  /** The profile's set-up line. */
  readonly setup: string | undefined;
}

/** What nodes do changes all the time, who may use what seldom. */
const nodesFreshMs = 60_000;
const siteFreshMs = 10 * 60_000;
/** Partitions come and go, but not every hour. */
const rememberedMs = 60 * 60_000;
const askTimeoutMs = 60_000;

type Site = Pick<Cluster, "slurmVersion" | "accounts" | "qos" | "runtimes" | "arch" | "hasAccounting">;
interface Kept<T> {
  readonly value: T;
  readonly atMs: number;
}

/** What a cluster has and what its user may use, by a few commands in one connection; kept for a minute. */
export class ClusterFacts {
  readonly #options: ClusterFactsOptions;
  #cluster: Kept<Cluster> | undefined;
  #site: Kept<Site> | undefined;
  #asking: Promise<Cluster> | undefined;

  constructor(options: ClusterFactsOptions) {
    this.#options = options;
  }

  /**
   * At most a minute old, or fresh when `refresh` is asked for; older while the scheduler's budget is used up, as `seenAt`
   * tells. All who ask at the same time share one answer. Throws `upstream_failed` with the scheduler's words, and what
   * the host throws.
   */
  async read({ refresh }: { readonly refresh: boolean }, signal: AbortSignal): Promise<Cluster> {
    signal.throwIfAborted();
    if (!refresh && this.#cluster !== undefined && this.#isFresh(this.#cluster, nodesFreshMs))
      return this.#cluster.value;
    this.#asking ??= this.#ask(refresh).finally(() => (this.#asking = undefined));
    return untilAborted(this.#asking, signal);
  }

  /** What the last hour's answer was, if there was one; asks nobody. */
  get remembered(): Cluster | undefined {
    return this.#isFresh(this.#cluster, rememberedMs) ? this.#cluster?.value : undefined;
  }

  async #ask(refresh: boolean): Promise<Cluster> {
    const { host, meter, clock, setup } = this.#options;
    const commands = this.#affordable(refresh);
    if (commands === undefined && this.#cluster !== undefined) return this.#cluster.value;
    const asked = commands ?? everything(setup);
    if (commands === undefined) meter.record(callsOf(asked));
    // whoever asked may go away; the answer serves the next
    const patience = AbortSignal.timeout(askTimeoutMs);
    const { stdout, stderr } = await host
      .run({ script: sectionScript(asked), timeoutMs: askTimeoutMs }, patience)
      .catch((error: unknown) => {
        if (!patience.aborted || isBerthError(error)) throw error;
        const words = `the cluster did not answer within ${askTimeoutMs / 1000} s`;
        throw new BerthError("upstream_timeout", words, { cause: error });
      });
    const sections = readSections(stdout);
    if (asked !== nodeCommands)
      this.#site = { value: readSite(sections, this.#site?.value), atMs: clock.monotonic() };
    const cluster: Cluster = {
      ...(this.#site?.value ?? unknownSite),
      partitions: partitionsFrom(sections, this.#site?.value.accounts ?? null, stderr),
      seenAt: clock.now(),
    };
    this.#cluster = { value: cluster, atMs: clock.monotonic() };
    return cluster;
  }

  /** What may be asked now and counts as asked; who may use what changes seldom, so it waits where the budget is short. */
  #affordable(refresh: boolean): readonly SectionCommand[] | undefined {
    const { meter, setup } = this.#options;
    const all = everything(setup);
    const wanted = refresh || !this.#isFresh(this.#site, siteFreshMs) ? all : nodeCommands;
    const possible = this.#site === undefined ? [all] : [wanted, nodeCommands];
    return possible.find((commands) => meter.takeToLook(callsOf(commands)));
  }

  #isFresh(kept: Kept<unknown> | undefined, forMs: number): boolean {
    return kept !== undefined && this.#options.clock.monotonic() - kept.atMs < forMs;
  }
}

const nodeCommands: readonly SectionCommand[] = [
  { name: "nodes", command: nodesCommand },
  { name: "partitions", command: partitionsCommand },
  { name: "groups", command: groupsCommand },
];

function everything(setup: string | undefined): readonly SectionCommand[] {
  return [
    ...nodeCommands,
    { name: "version", command: "sinfo --version" },
    { name: "accounts", command: accountsCommand },
    { name: "qos", command: qosCommand },
    { name: "runtimes", command: runtimesCommand(setup) },
    { name: "arch", command: "uname -m" },
  ];
}

/** Those that the scheduler or its accounting answers. */
const schedulerSections = new Set(["nodes", "partitions", "accounts", "qos"]);

function callsOf(commands: readonly SectionCommand[]): number {
  return commands.filter(({ name }) => schedulerSections.has(name)).length;
}

const unknownSite: Site = {
  slurmVersion: null,
  accounts: null,
  qos: [],
  runtimes: ["process"],
  arch: null,
  hasAccounting: false,
};

type Sections = ReadonlyMap<string, Section>;

function readSite(sections: Sections, before: Site | undefined): Site {
  const lines = (name: string): readonly string[] => sections.get(name)?.lines ?? [];
  const answered = sections.get("accounts")?.exitCode === 0;
  const hasAccounting = answered || !saysNoAccounting(lines("accounts"));
  return {
    slurmVersion: /(\d+\.\d+\.\d+\S*)/.exec(lines("version").join(" "))?.[1] ?? null,
    // an accounting that is away for a while has taken nobody's accounts
    accounts: answered ? readAccounts(lines("accounts")) : (before?.accounts ?? null),
    qos: sections.get("qos")?.exitCode === 0 ? readQos(lines("qos")) : (before?.qos ?? []),
    runtimes: [...readRuntimes(lines("runtimes")).runtimes],
    arch: lines("arch")[0] ?? null,
    hasAccounting,
  };
}

function partitionsFrom(
  sections: Sections,
  accounts: Cluster["accounts"],
  stderr: string,
): Cluster["partitions"] {
  for (const name of ["nodes", "partitions"]) {
    const section = sections.get(name);
    if (section?.exitCode === 0) continue;
    const said = (section?.lines.join(" ") ?? stderr).trim();
    throw new BerthError("upstream_failed", `the cluster's scheduler does not answer: ${said}`);
  }
  const nodes = Map.groupBy(readNodes(sections.get("nodes")?.lines ?? []), ({ partition }) => partition);
  const user = { accounts, groups: readGroups(sections.get("groups")?.lines ?? []) };
  return readPartitions(sections.get("partitions")?.lines ?? [])
    .filter((rules) => mayUse(rules, user))
    .map((rules) => partitionOf(rules, nodes.get(rules.name) ?? []));
}
