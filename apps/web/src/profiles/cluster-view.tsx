import type { Cluster, Partition } from "@berth/api";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { clusterQuery } from "../api/queries.ts";
import { formatMiB } from "../format/size.ts";
import { wallTimeInWords } from "../format/wall-time.ts";
import { IconButton } from "../parts/button.tsx";
import { Ago } from "../parts/moment.tsx";
import { Loading, Problem } from "../parts/notice.tsx";
import { toast } from "../parts/toasts.ts";
import { failureOf } from "../api/failure.ts";
import { FreeOf, NodeBar } from "./node-bar.tsx";

/** What a cluster has, and what its user may use: partitions, accounts, QOS, runtimes. */
export function ClusterView({ profile }: { profile: string }): ReactNode {
  const { data, error, refetch } = useQuery(clusterQuery(profile));
  if (data !== undefined) return <ClusterFacts profile={profile} cluster={data} />;
  if (error === null) return <Loading what={`the cluster of ${profile}`} />;
  return (
    <div className="p-3.5">
      <Problem error={error} retry={() => void refetch()} />
    </div>
  );
}

function ClusterFacts({ profile, cluster }: { profile: string; cluster: Cluster }): ReactNode {
  const { slurmVersion, arch, seenAt, partitions, accounts, qos, runtimes, hasAccounting } = cluster;
  return (
    <div>
      <div className="flex flex-wrap items-center gap-x-3 px-3.5 pt-2.5 text-sm text-ink-2">
        <span>Slurm {slurmVersion ?? "of an unknown version"}</span>
        {arch !== null && <span className="font-mono text-xs">{arch}</span>}
        {!hasAccounting && <span>without accounting (sacct)</span>}
        <span className="ml-auto inline-flex items-center gap-1 text-ink-3">
          seen <Ago at={seenAt} />
          <Refresh profile={profile} />
        </span>
      </div>
      <ul aria-label={`Partitions of ${profile}`}>
        {partitions.map((partition) => (
          <PartitionRow key={partition.name} partition={partition} />
        ))}
      </ul>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 border-t border-line px-3.5 py-2.5">
        <dt className="text-ink-3">Accounts</dt>
        <dd>
          {accounts === null
            ? "none are kept"
            : accounts.map((one) => (
                <span key={one.name} className="block">
                  {one.name} <span className="text-sm text-ink-3">QOS {one.qos.join(", ") || "none"}</span>
                </span>
              ))}
        </dd>
        {qos.length > 0 && (
          <>
            <dt className="text-ink-3">QOS</dt>
            <dd>
              {qos.map((one) => (
                <span key={one.name} className="block">
                  {one.name} <span className="text-sm text-ink-3">{qosLimits(one)}</span>
                </span>
              ))}
            </dd>
          </>
        )}
        <dt className="text-ink-3">Runtimes</dt>
        <dd>{runtimes.join(", ")}</dd>
      </dl>
    </div>
  );
}

function PartitionRow({ partition }: { partition: Partition }): ReactNode {
  const { name, isDefault, state, nodes, gpus, maxTime, cpus, memoryMiBPerNode, features } = partition;
  return (
    <li className="border-b border-line px-3.5 py-2.5 last:border-b-0">
      <p className="mb-1.5 flex flex-wrap items-baseline gap-x-2">
        <b className="font-[550]">{name}</b>
        {isDefault && <span className="text-sm text-ink-3">default</span>}
        {state.toLowerCase() !== "up" && <span className="text-sm text-warn">▲ {state.toLowerCase()}</span>}
        <span className="ml-auto text-sm text-ink-3">
          {maxTime === null ? "no time limit" : `at most ${wallTimeInWords(maxTime)}`}
        </span>
      </p>
      <NodeBar nodes={nodes} />
      <p className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-ink-2">
        {gpus.map((gpu) => (
          <FreeOf key={gpu.type ?? "gpu"} what={gpu.type ?? "gpu"} free={gpu.free} total={gpu.total} />
        ))}
        <FreeOf what="cpu" free={cpus.idle} total={cpus.total} />
        {memoryMiBPerNode !== null && (
          <span className="text-sm text-ink-3">up to {formatMiB(memoryMiBPerNode)} a node</span>
        )}
      </p>
      {features.length > 0 && (
        <p className="mt-0.5 font-mono text-xs wrap-anywhere text-ink-3">{features.join(" ")}</p>
      )}
    </li>
  );
}

function Refresh({ profile }: { profile: string }): ReactNode {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const look = async (): Promise<void> => {
    setBusy(true);
    try {
      const cluster = await client.getCluster({ params: { name: profile }, query: { refresh: "true" } });
      queries.setQueryData(clusterQuery(profile).queryKey, cluster);
    } catch (error) {
      toast({ title: failureOf(error).message });
    } finally {
      setBusy(false);
    }
  };
  return (
    <IconButton label={`Look at ${profile} again`} disabled={busy} onClick={() => void look()}>
      <RefreshCw size={13} aria-hidden />
    </IconButton>
  );
}

function qosLimits({ maxWall, maxJobsPerUser, maxSubmitPerUser }: Cluster["qos"][number]): string {
  const limits = [
    maxWall === null ? undefined : `at most ${wallTimeInWords(maxWall)}`,
    maxJobsPerUser === null ? undefined : `${maxJobsPerUser} running`,
    maxSubmitPerUser === null ? undefined : `${maxSubmitPerUser} submitted`,
  ].filter((limit) => limit !== undefined);
  return limits.length === 0 ? "no limits of its own" : limits.join(" · ");
}
