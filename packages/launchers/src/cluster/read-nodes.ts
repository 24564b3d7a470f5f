/** A node as one line of `sinfo -N` shows it in one of its partitions. */
export interface NodeLine {
  readonly node: string;
  readonly partition: string;
  readonly condition: "idle" | "mixed" | "busy" | "away";
  readonly cpus: { readonly idle: number; readonly total: number };
  readonly memoryMiB: number;
  readonly features: readonly string[];
  readonly gpus: readonly { readonly type: string | null; readonly total: number; readonly used: number }[];
}

/**
 * Columns of fixed width: `sinfo -o` shows no GPUs in use, and the forms of `--json` differ between versions. Wide enough
 * that none runs into the next; spaces are squeezed before they travel.
 */
export const nodesCommand = `nodes=$(sinfo -a -h -N -O 'NodeList:128,PartitionName:128,StateLong:40,CPUsState:64,Memory:32,Features:2048,Gres:2048,GresUsed:2048') || { printf '%s\\n' "$nodes"; exit 1; }
printf '%s\\n' "$nodes" | tr -s ' '`;

/** Lines that are no node's (warnings) are passed over. */
export function readNodes(lines: readonly string[]): readonly NodeLine[] {
  return lines.flatMap((line) => {
    const [node, partition, state, cpus, memory, features, gres, used] = line.trim().split(/ +/);
    const counts = /^(\d+)\/(\d+)\/(\d+)\/(\d+)$/.exec(cpus ?? "");
    if (node === undefined || partition === undefined || state === undefined || counts === null) return [];
    return [
      {
        node,
        partition: partition.replace(/\*$/, ""),
        condition: conditionOf(state),
        cpus: { idle: Number(counts[2]), total: Number(counts[4]) },
        memoryMiB: Number.parseInt(memory ?? "", 10) || 0,
        features: isNone(features) ? [] : features.split(",").toSorted(),
        gpus: gpusOf(gres, used),
      },
    ];
  });
}

/**
 * Slurm's word with its signs: `*` does not answer, `-` is planned for somebody, `~ # ! %` sleeps or wakes, `$ @ ^` is kept
 * for maintenance. A node that sleeps counts as idle: Slurm wakes it for whoever needs it.
 */
export function conditionOf(state: string): NodeLine["condition"] {
  const word = state.replace(/[^a-z_].*$/i, "").toLowerCase();
  if (/[*$@^]/.test(state)) return "away";
  switch (word) {
    case "idle":
    case "planned":
    case "powering_down":
    case "powered_down":
    case "powering_up":
      return "idle";
    case "mixed":
      return "mixed";
    case "allocated":
    case "completing":
    case "reserved":
    case "blocked":
      return "busy";
    default:
      return "away";
  }
}

function isNone(text: string | undefined): text is undefined {
  return text === undefined || text === "" || text === "(null)" || text === "N/A";
}

/** `gpu:a100:2(S:0-1),shard:8` and `gpu:a100:1(IDX:0),shard:0(...)`. A type that is not named is null. */
function gpusOf(gres: string | undefined, used: string | undefined): NodeLine["gpus"] {
  const busy = new Map(gpuCounts(used).map(({ type, count }) => [type, count]));
  return gpuCounts(gres).map(({ type, count }) => ({ type, total: count, used: busy.get(type) ?? 0 }));
}

function gpuCounts(
  gres: string | undefined,
): readonly { readonly type: string | null; readonly count: number }[] {
  if (isNone(gres)) return [];
  const counts = new Map<string | null, number>();
  // what stands in brackets holds commas of its own: (IDX:0,2)
  for (const entry of gres.replaceAll(/\([^)]*\)/g, "").split(",")) {
    const [name, ...rest] = entry.split(":");
    if (name !== "gpu") continue;
    const count = Number(rest.at(-1) ?? "");
    const isCounted = rest.length > 0 && Number.isInteger(count);
    const type = (isCounted ? rest.slice(0, -1) : rest).join(":") || null;
    counts.set(type, (counts.get(type) ?? 0) + (isCounted ? count : 1));
  }
  return [...counts].map(([type, count]) => ({ type, count }));
}
