import { BerthError } from "@berth/api";

/** Options that Berth finds, reads or ends its jobs by. */
const ours = [
  "job-name",
  "comment",
  "output",
  "error",
  "input",
  "chdir",
  "open-mode",
  "parsable",
  "wrap",
  "array",
  "signal",
  "test-only",
  "wait",
  "export",
  "export-file",
  "clusters",
  "uid",
  "gid",
  "help",
  "usage",
  "version",
] as const;

/** Options that a launch asks for by a field of its own, which it is told by. */
const fields: Readonly<Record<string, string>> = {
  time: "time",
  "ntasks-per-node": "ntasksPerNode",
  mem: "memoryMiB",
  gres: "gres",
  partition: "partition",
  constraint: "constraint",
  account: "account",
  qos: "qos",
  nodes: "nodes",
  exclude: "exclude",
  reservation: "reservation",
};

const shortNames: Readonly<Record<string, string>> = {
  J: "job-name",
  o: "output",
  e: "error",
  i: "input",
  D: "chdir",
  a: "array",
  W: "wait",
  M: "clusters",
  h: "help",
  V: "version",
  t: "time",
  p: "partition",
  C: "constraint",
  A: "account",
  q: "qos",
  N: "nodes",
  x: "exclude",
};
/** Letters that take no value, so that another may follow in the same word. */
const flags = new Set("HkOQsvIhVW");

/**
 * Refuses (`invalid_request`) by name what Berth sets itself, also where sbatch would accept it shortened.
 * Nothing is said of other options: sbatch knows them best.
 */
export function assertRawOptions(options: readonly string[]): void {
  for (const option of options) {
    const name = option.startsWith("--") ? longName(option) : shortName(option);
    if (name === undefined) continue;
    const field = fields[name];
    const hint = field === undefined ? "Berth sets it itself" : `say it as ${field}`;
    throw new BerthError("invalid_request", `sbatch: ${option} cannot be given: --${name}: ${hint}`, {
      param: "resources.sbatch",
    });
  }
}

/** The refused option that sbatch would take it for. */
function longName(option: string): string | undefined {
  const [name = ""] = option.slice(2).split("=", 1);
  const refused = [...ours, ...Object.keys(fields)];
  if (name === "") return "wrap";
  // getopt completes names; of sbatch's own no whole name begins one of these
  return refused.find((other) => other === name) ?? refused.find((other) => other.startsWith(name));
}

function shortName(option: string): string | undefined {
  for (const letter of option.slice(1)) {
    const name = shortNames[letter];
    if (name !== undefined) return name;
    if (!flags.has(letter)) return undefined;
  }
  return undefined;
}
