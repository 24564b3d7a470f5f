import { BerthError, type Cluster, type Resources } from "@berth/api";
import { nearest } from "@berth/std/nearest";

type Named = Pick<Resources, "partition" | "account" | "qos" | "constraint">;

export interface UnknownResource {
  readonly field: keyof Named;
  readonly message: string;
  /** What may have been meant. */
  readonly near: readonly string[];
}

/** What is asked for and the cluster does not have, or not for this user. Pure; what the cluster does not tell is let pass. */
export function unknownResources(cluster: Cluster, asked: Named): readonly UnknownResource[] {
  const partitions = cluster.partitions.map(({ name }) => name);
  const accounts = cluster.accounts?.map(({ name }) => name);
  const allowed = new Set(cluster.accounts?.flatMap((account) => account.qos) ?? []);
  const qos = cluster.qos.map(({ name }) => name).filter((name) => allowed.size === 0 || allowed.has(name));
  const features = new Set(cluster.partitions.flatMap((partition) => partition.features));
  return [
    // a Slurm job may name several, the one that starts it first is taken
    ...unknown("partition", asked.partition?.split(","), partitions),
    ...unknown("account", asked.account === undefined ? undefined : [asked.account], accounts),
    ...unknown("qos", asked.qos === undefined ? undefined : [asked.qos], qos.length === 0 ? undefined : qos),
    ...unknown("constraint", asked.constraint?.match(/[A-Za-z0-9_.:-]+/g) ?? undefined, [...features], {
      // `*2` counts nodes
      skip: (word) => /^\d+$/.test(word),
    }),
  ];
}

/** Throws `unprocessable` for the first of them; the field's name in `param` begins with `prefix`. */
export function requireKnownResources(cluster: Cluster, asked: Named, prefix = ""): void {
  const [first] = unknownResources(cluster, asked);
  if (first === undefined) return;
  throw new BerthError("unprocessable", first.message, {
    param: `${prefix}${first.field}`,
    details: { near: first.near },
  });
}

function unknown(
  field: keyof Named,
  asked: readonly string[] | undefined,
  known: readonly string[] | undefined,
  { skip = () => false }: { readonly skip?: (word: string) => boolean } = {},
): readonly UnknownResource[] {
  if (known === undefined || asked === undefined) return [];
  return asked
    .filter((word) => !known.includes(word) && !skip(word))
    .map((word) => {
      const near = nearest(word, known);
      const meant =
        near.length > 0
          ? `did you mean ${near.join(" or ")}?`
          : known.length > 0
            ? `choose from ${known.join(", ")}`
            : "there is none that you may use";
      return { field, near, message: `the cluster has no ${field} ${word}: ${meant}` };
    });
}
