import type { Service } from "@berth/api";
import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import type { ReactNode } from "react";
import { formatCount, formatMiB } from "../format/size.ts";
import { IconButton } from "../parts/button.tsx";
import { Menu, type MenuAction } from "../parts/menu.tsx";
import { Ago } from "../parts/moment.tsx";
import { Sub, type Column } from "../table/data-table.tsx";
import { ServiceReason } from "./service-reason.tsx";
import { ServiceState, serviceSigns } from "./service-state.tsx";
import { TimeLeft } from "./time-left.tsx";

/** The columns of the list of services; narrow pages fold what they hide into the name's cell. */
export function serviceColumns(
  menu: (service: Service) => MenuAction[],
  /** Whether anything in the list has a wall time. */
  withTimeLeft: boolean,
): readonly Column<Service>[] {
  const timeLeft: Column<Service> = {
    name: "time-left",
    title: "Time left",
    from: "xl",
    width: "w-[176px]",
    cell: (service) => <TimeLeft service={service} />,
    sortBy: ({ job }) => job?.endsAt ?? null,
  };
  return [
    {
      name: "status",
      title: "Status",
      width: "w-[112px]",
      cell: ({ status }) => <ServiceState status={status} />,
      sortBy: ({ status }) => serviceSigns[status].rank,
    },
    { name: "name", title: "Name", width: "md:w-44 xl:w-60", cell: nameCell, sortBy: ({ name }) => name },
    { name: "model", title: "Model", from: "md", cell: modelCell, sortBy: ({ model }) => model },
    {
      name: "profile",
      title: "Profile",
      from: "xl",
      width: "w-[128px]",
      cell: profileCell,
      sortBy: ({ profile }) => profile,
    },
    ...(withTimeLeft ? [timeLeft] : []),
    {
      name: "in-flight",
      title: "In flight",
      from: "md",
      width: "w-[88px]",
      align: "right",
      cell: ({ inFlight }) => formatCount(inFlight),
      sortBy: ({ inFlight }) => inFlight,
    },
    {
      name: "memory",
      title: "Memory",
      from: "md",
      width: "w-[104px]",
      align: "right",
      cell: memoryCell,
      sortBy: ({ memoryMiB, estimatedMemoryMiB }) => memoryMiB ?? estimatedMemoryMiB,
    },
    {
      name: "updated",
      title: "Updated",
      from: "xl",
      width: "w-[112px]",
      cell: ({ updatedAt }) => <Ago at={updatedAt} />,
      sortBy: ({ updatedAt }) => -updatedAt,
    },
    {
      name: "port",
      title: "Port",
      from: "md",
      width: "w-[72px]",
      align: "right",
      cell: ({ port }) => port ?? "–",
      sortBy: ({ port }) => port,
    },
    {
      name: "actions",
      title: "",
      width: "w-[52px]",
      cell: (service) => <RowMenu service={service} menu={menu} />,
    },
  ];
}

function nameCell(service: Service): ReactNode {
  const { id, name, model, port, profile } = service;
  return (
    <>
      <Link to="/services/$id" params={{ id }} className="font-[550] hover:underline">
        {name}
      </Link>
      <Sub mono>{id}</Sub>
      <div className="md:hidden">
        <Sub>{model ?? "–"}</Sub>
        <Sub>{[port === null ? undefined : `port ${port}`, profile].filter(Boolean).join(" · ")}</Sub>
        <ServiceReason service={service} />
        <TimeLeft service={service} />
      </div>
    </>
  );
}

function modelCell(service: Service): ReactNode {
  const { model, revision, engine, profile } = service;
  return (
    <>
      {model ?? "–"}
      <Sub mono>
        {[revision?.slice(0, 7), engine].filter(Boolean).join(" · ")}
        <span className="xl:hidden"> · {profile}</span>
      </Sub>
      <ServiceReason service={service} />
      <span className="block max-md:hidden xl:hidden">
        <TimeLeft service={service} />
      </span>
    </>
  );
}

function profileCell({ profile, job }: Service): ReactNode {
  return (
    <>
      {profile}
      {job !== null && <Sub>{[job.node, job.partition].filter(Boolean).join(" · ")}</Sub>}
    </>
  );
}

function memoryCell({ memoryMiB, estimatedMemoryMiB }: Service): ReactNode {
  if (memoryMiB !== null) return formatMiB(memoryMiB);
  if (estimatedMemoryMiB === null) return "–";
  return <span className="text-ink-3">≈ {formatMiB(estimatedMemoryMiB)}</span>;
}

function RowMenu({
  service,
  menu,
}: {
  service: Service;
  menu: (service: Service) => MenuAction[];
}): ReactNode {
  return (
    <Menu
      actions={menu(service)}
      trigger={
        <IconButton label={`What to do with ${service.name}`} className="-my-1.5 -ml-1">
          <Ellipsis size={16} aria-hidden />
        </IconButton>
      }
    />
  );
}
