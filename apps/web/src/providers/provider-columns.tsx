import type { Provider } from "@berth/api";
import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import type { ReactNode } from "react";
import { formatCount } from "../format/size.ts";
import { IconButton } from "../parts/button.tsx";
import { Menu, type MenuAction } from "../parts/menu.tsx";
import { Ago } from "../parts/moment.tsx";
import { Sub, type Column } from "../table/data-table.tsx";
import { Latency } from "./latency.tsx";
import { providerKinds } from "./provider-kinds.ts";
import { ProviderState, providerSigns } from "./provider-state.tsx";

/** The columns of the list of providers; narrow pages fold what they hide into the name's cell. */
export function providerColumns(menu: (provider: Provider) => MenuAction[]): readonly Column<Provider>[] {
  return [
    {
      name: "status",
      title: "Status",
      width: "w-[118px]",
      cell: ({ status }) => <ProviderState status={status} />,
      sortBy: ({ status }) => providerSigns[status].rank,
    },
    { name: "name", title: "Name", width: "md:w-52 xl:w-72", cell: nameCell, sortBy: ({ name }) => name },
    {
      name: "url",
      title: "Address",
      from: "md",
      cell: ({ url, statusReason }) => (
        <>
          <span className="font-mono text-sm">{url}</span>
          {statusReason !== null && <Sub>{statusReason}</Sub>}
        </>
      ),
      sortBy: ({ url }) => url,
    },
    {
      name: "models",
      title: "Models",
      from: "md",
      width: "w-[84px]",
      align: "right",
      cell: ({ models }) => formatCount(models.length),
      sortBy: ({ models }) => models.length,
    },
    {
      name: "latency",
      title: "Latency",
      from: "lg",
      width: "w-[190px]",
      cell: ({ latenciesMs }) => <Latency latenciesMs={latenciesMs} />,
      sortBy: ({ latenciesMs }) => latenciesMs.at(-1) ?? null,
    },
    {
      name: "looked",
      title: "Last look",
      from: "lg",
      width: "w-[112px]",
      cell: ({ checkedAt }) => (checkedAt === null ? "–" : <Ago at={checkedAt} />),
      sortBy: ({ checkedAt }) => checkedAt,
    },
    {
      name: "actions",
      title: "",
      width: "w-[52px]",
      cell: (provider) => (
        <Menu
          actions={menu(provider)}
          trigger={
            <IconButton label={`What to do with ${provider.name}`} className="-my-1.5 -ml-1">
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
        />
      ),
    },
  ];
}

function nameCell({ name, kind, url, models, statusReason, latenciesMs }: Provider): ReactNode {
  return (
    <>
      <Link to="/providers/$name" params={{ name }} className="font-[550] hover:underline">
        {name}
      </Link>
      <Sub>{providerKinds[kind].title}</Sub>
      <div className="md:hidden">
        <Sub mono>{url}</Sub>
        <Sub>{models.length === 1 ? "1 model" : `${formatCount(models.length)} models`}</Sub>
        {statusReason !== null && <Sub>{statusReason}</Sub>}
      </div>
      {latenciesMs.length > 0 && (
        <span className="lg:hidden">
          <Latency latenciesMs={latenciesMs} />
        </span>
      )}
    </>
  );
}
