import type { Service } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatCount, formatMiB } from "../format/size.ts";
import { Ago } from "../parts/moment.tsx";
import { Loading, Problem } from "../parts/notice.tsx";
import { ServiceReason } from "../services/service-reason.tsx";
import { ServiceState } from "../services/service-state.tsx";
import { DataTable, Sub, type Column } from "../table/data-table.tsx";
import { replicasQuery } from "./endpoint-queries.ts";

/** The services that are an endpoint's replicas, and those that lately were. */
export function Replicas({ id }: { id: string }): ReactNode {
  const { data, error, refetch } = useQuery(replicasQuery(id));
  if (data === undefined)
    return error === null ? (
      <Loading what="replicas" />
    ) : (
      <div className="p-3.5">
        <Problem error={error} retry={() => void refetch()} />
      </div>
    );
  if (data.length === 0) return <p className="px-3.5 py-4 text-ink-3">No replica runs.</p>;
  return (
    <DataTable
      label="Replicas"
      rows={data}
      columns={columns}
      rowKey={(one) => one.id}
      sort={{ column: "", descending: false }}
      onSort={() => undefined}
    />
  );
}

const columns: readonly Column<Service>[] = [
  {
    name: "status",
    title: "Status",
    width: "w-[108px]",
    cell: ({ status }) => <ServiceState status={status} />,
  },
  {
    name: "name",
    title: "Service",
    cell: (service) => (
      <>
        <Link to="/services/$id" params={{ id: service.id }} className="font-[550] hover:underline">
          {service.name}
        </Link>
        <Sub mono>{service.id}</Sub>
        <ServiceReason service={service} />
      </>
    ),
  },
  {
    name: "deployment",
    title: "Of",
    width: "w-[52px]",
    cell: ({ replicaOf }) => (replicaOf === null ? "–" : `#${replicaOf.deployment}`),
  },
  {
    name: "place",
    title: "Profile",
    from: "md",
    width: "w-[128px]",
    cell: ({ profile, job }) => (
      <>
        {profile}
        {job?.node != null && <Sub>{job.node}</Sub>}
      </>
    ),
  },
  {
    name: "in-flight",
    title: "In flight",
    width: "w-[80px]",
    align: "right",
    cell: ({ inFlight }) => formatCount(inFlight),
  },
  {
    name: "memory",
    title: "Memory",
    from: "md",
    width: "w-[96px]",
    align: "right",
    cell: ({ memoryMiB }) => (memoryMiB === null ? "–" : formatMiB(memoryMiB)),
  },
  {
    name: "since",
    title: "Healthy since",
    from: "lg",
    width: "w-[120px]",
    cell: ({ healthyAt }) => (healthyAt === null ? "–" : <Ago at={healthyAt} />),
  },
];
