import type { Resources } from "@berth/api";

/** The fields that only a scheduler understands, as typed. */
export interface SlurmForm {
  readonly partition: string;
  readonly gpuType: string;
  readonly gpuCount: string;
  readonly time: string;
  readonly nodes: string;
  readonly ntasksPerNode: string;
  readonly memoryGiB: string;
  readonly account: string;
  readonly qos: string;
  readonly constraint: string;
  readonly exclude: string;
  readonly reservation: string;
  /** One option of sbatch a line. */
  readonly sbatch: string;
  readonly renew: boolean;
}

export const slurmBlanks: SlurmForm = {
  partition: "",
  gpuType: "",
  gpuCount: "",
  time: "",
  nodes: "",
  ntasksPerNode: "",
  memoryGiB: "",
  account: "",
  qos: "",
  constraint: "",
  exclude: "",
  reservation: "",
  sbatch: "",
  renew: false,
};

type ReadNumber = (text: string, param: string, unit?: number) => number | undefined;

/** What the form asks of the scheduler; nothing when it asks for nothing. */
export function resourcesOf(form: SlurmForm, number: ReadNumber): Resources | undefined {
  const lines = form.sbatch
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const gpus = number(form.gpuCount, "resources.gres");
  const asked = {
    partition: form.partition.trim(),
    gres: gres(form.gpuType, gpus),
    time: form.time.trim(),
    nodes: number(form.nodes, "resources.nodes"),
    ntasksPerNode: number(form.ntasksPerNode, "resources.ntasksPerNode"),
    memoryMiB: number(form.memoryGiB, "resources.memoryMiB", 1024),
    account: form.account.trim(),
    qos: form.qos.trim(),
    constraint: form.constraint.trim(),
    exclude: form.exclude.trim(),
    reservation: form.reservation.trim(),
    sbatch: lines.length === 0 ? undefined : lines,
  };
  const entries = Object.entries(asked).filter(([, value]) => value !== undefined && value !== "");
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Resources);
}

/** `gpu:a100:2`, or the mere count where any GPU will do. A type alone means one of it. */
function gres(type: string, count: number | undefined): string | undefined {
  if (count === 0) return undefined;
  if (type !== "") return `gpu:${type}:${count ?? 1}`;
  return count === undefined ? undefined : String(count);
}

/** Adds a node feature to a constraint, or takes it out of a plain list of them. */
export function toggleFeature(constraint: string, feature: string): string {
  const features = constraint.split("&").filter((one) => one !== "");
  return features.includes(feature)
    ? features.filter((one) => one !== feature).join("&")
    : [...features, feature].join("&");
}
