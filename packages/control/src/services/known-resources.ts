import { BerthError, isBerthError, type Cluster, type Resources } from "@berth/api";
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
  // who has none may still submit where the cluster does not insist
  const accounts = cluster.accounts?.length === 0 ? undefined : cluster.accounts?.map(({ name }) => name);
  const allowed = new Set(cluster.accounts?.flatMap((account) => account.qos) ?? []);
  const qos = cluster.qos.map(({ name }) => name).filter((name) => allowed.size === 0 || allowed.has(name));
  const features = new Set(cluster.partitions.flatMap((partition) => partition.features));
  return [
    // a Slurm job may name several, the one that starts it first is taken
    ...unknown("partition", asked.partition?.split(","), partitions),
    ...unknown("account", asked.account === undefined ? undefined : [asked.account], accounts),
    ...unknown("qos", asked.qos === undefined ? undefined : [asked.qos], qos.length === 0 ? undefined : qos),
    ...unknown("constraint", asked.constraint?.split(/[\s&|,*()[\]]+/).filter(Boolean), [...features], {
      // `*2` counts nodes
      skip: (word) => /^\d+$/.test(word),
    }),
  ];
}

export interface ClusterLook {
  /** As it was seen some time ago. */
  readonly remembered: Cluster;
  /** As it is now; older where its scheduler may not be asked at the moment. */
  readonly refresh: () => Promise<Cluster>;
}

/**
 * As `requireKnownResources`, for what the cluster still does not have when it is asked again: sites change. Where it cannot
 * be asked, its scheduler decides, in its own words.
 */
export async function refuseUnknownResources(
  { remembered, refresh }: ClusterLook,
  asked: Named,
  prefix: string,
): Promise<void> {
  if (unknownResources(remembered, asked).length === 0) return;
  const fresh = await refresh().catch((error: unknown) => {
    if (isBerthError(error)) return undefined;
    throw error;
  });
  if (fresh !== undefined && fresh.seenAt > remembered.seenAt) requireKnownResources(fresh, asked, prefix);
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
