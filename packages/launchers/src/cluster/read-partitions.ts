import type { Partition } from "@berth/api";
import type { NodeLine } from "./read-nodes.ts";

/** A partition's rules, as `scontrol show partition` tells them. */
export interface PartitionRules {
  readonly name: string;
  readonly isDefault: boolean;
  readonly state: string;
  readonly defaultTime: string | null;
  readonly maxTime: string | null;
  /** Null: everybody's. */
  readonly allowAccounts: readonly string[] | null;
  readonly denyAccounts: readonly string[];
  readonly allowQos: readonly string[] | null;
  /** Null: everybody's. */
  readonly allowGroups: readonly string[] | null;
  readonly rootOnly: boolean;
}

/** One partition a line; also those that listings hide, which jobs may be open to all the same. */
export const partitionsCommand = "scontrol -a -o show partition";

/** The user's groups as they are now: those of this session are as old as its connection. */
export const groupsCommand = 'id -Gn "$(id -un)"';

export const readGroups = (lines: readonly string[]): readonly string[] =>
  lines.join(" ").split(" ").filter(Boolean);

export function readPartitions(lines: readonly string[]): readonly PartitionRules[] {
  return lines.flatMap((line) => {
    const facts = new Map(
      line
        .trim()
        .split(/ +/)
        .map((word) => [word.split("=", 1)[0] ?? "", word.slice(word.indexOf("=") + 1)] as const),
    );
    const name = facts.get("PartitionName");
    if (name === undefined) return [];
    return [
      {
        name,
        isDefault: facts.get("Default") === "YES",
        state: (facts.get("State") ?? "UP").toLowerCase(),
        defaultTime: told(facts.get("DefaultTime")),
        maxTime: told(facts.get("MaxTime")),
        allowAccounts: listOf(facts.get("AllowAccounts")),
        denyAccounts: listOf(facts.get("DenyAccounts")) ?? [],
        allowQos: listOf(facts.get("AllowQos")),
        allowGroups: listOf(facts.get("AllowGroups")),
        rootOnly: facts.get("RootOnly") === "YES",
      },
    ];
  });
}

function told(value: string | undefined): string | null {
  return value === undefined || ["NONE", "UNLIMITED", "(null)", "N/A"].includes(value) ? null : value;
}

function listOf(value: string | undefined): readonly string[] | null {
  return value === undefined || ["ALL", "(null)", "N/A"].includes(value) ? null : value.split(",");
}

/** What partitions are opened to. */
export interface PartitionUser {
  /** Null: the cluster keeps none. */
  readonly accounts: readonly { readonly name: string; readonly qos: readonly string[] }[] | null;
  readonly groups: readonly string[];
}

/** Whether the user may use it; where the cluster keeps no accounts, only root's are closed. */
export function mayUse(rules: PartitionRules, { accounts, groups }: PartitionUser): boolean {
  if (rules.rootOnly) return false;
  if (rules.allowGroups?.some((group) => groups.includes(group)) === false) return false;
  if (accounts === null) return true;
  // who has none may still submit where the cluster does not insist
  if (accounts.length === 0) return rules.allowAccounts === null;
  return accounts.some(
    ({ name, qos }) =>
      rules.allowAccounts?.includes(name) !== false &&
      !rules.denyAccounts.includes(name) &&
      (qos.length === 0 || rules.allowQos === null || qos.some((each) => rules.allowQos?.includes(each))),
  );
}

/** The partition with what its nodes are doing. */
export function partitionOf(rules: PartitionRules, nodes: readonly NodeLine[]): Partition {
  const count = (condition: NodeLine["condition"]): number =>
    nodes.filter((node) => node.condition === condition).length;
  const present = nodes.filter(({ condition }) => condition !== "away");
  const memory = Math.max(0, ...nodes.map(({ memoryMiB }) => memoryMiB));
  return {
    name: rules.name,
    isDefault: rules.isDefault,
    state: rules.state,
    defaultTime: rules.defaultTime,
    maxTime: rules.maxTime,
    nodes: {
      total: nodes.length,
      idle: count("idle"),
      mixed: count("mixed"),
      busy: count("busy"),
      away: count("away"),
    },
    cpus: {
      total: nodes.reduce((sum, { cpus }) => sum + cpus.total, 0),
      idle: present.reduce((sum, { cpus }) => sum + cpus.idle, 0),
    },
    memoryMiBPerNode: memory === 0 ? null : memory,
    gpus: sumGpus(nodes),
    features: [...new Set(nodes.flatMap(({ features }) => features))].toSorted(),
  };
}

/** GPUs of nodes that are away count, but none of them is free. */
function sumGpus(nodes: readonly NodeLine[]): Partition["gpus"] {
  const sums = new Map<string | null, { total: number; free: number }>();
  for (const { gpus, condition } of nodes) {
    for (const { type, total, used } of gpus) {
      const sum = sums.get(type) ?? { total: 0, free: 0 };
      sums.set(type, {
        total: sum.total + total,
        free: sum.free + (condition === "away" ? 0 : Math.max(0, total - used)),
      });
    }
  }
  return [...sums]
    .map(([type, sum]) => ({ type, ...sum }))
    .toSorted((a, b) => (a.type ?? "").localeCompare(b.type ?? ""));
}
