import type { Secret } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import type { ReactNode } from "react";
import { endpointsQuery } from "../endpoints/endpoint-queries.ts";
import { IconButton } from "../parts/button.tsx";
import { Menu, type MenuAction } from "../parts/menu.tsx";
import { Ago } from "../parts/moment.tsx";
import { Sub, type Column } from "../table/data-table.tsx";

/** The columns of the list of secrets; narrow pages fold what they hide into the name's cell. */
export function secretColumns(menu: (secret: Secret) => MenuAction[]): readonly Column<Secret>[] {
  return [
    {
      name: "name",
      title: "Name",
      cell: ({ name, provider, usedBy, updatedAt }) => (
        <>
          <span className="font-mono text-sm font-[550]">{name}</span>
          {provider !== null && <Sub>opens {provider}</Sub>}
          <div className="md:hidden">
            <Sub>used by {usedBy.length === 0 ? "nobody" : usedBy.join(", ")}</Sub>
            <Sub>
              set <Ago at={updatedAt} />
            </Sub>
          </div>
        </>
      ),
      sortBy: ({ name }) => name,
    },
    {
      name: "owner",
      title: "Owner",
      width: "w-[104px]",
      cell: ({ owner }) => owner,
      sortBy: ({ owner }) => owner,
    },
    {
      name: "used",
      title: "Used by",
      from: "md",
      cell: ({ usedBy }) => <Users usedBy={usedBy} />,
      sortBy: ({ usedBy }) => usedBy.length,
    },
    {
      name: "updated",
      title: "Set",
      from: "md",
      width: "w-[104px]",
      cell: ({ updatedAt }) => <Ago at={updatedAt} />,
      sortBy: ({ updatedAt }) => -updatedAt,
    },
    {
      name: "actions",
      title: "",
      width: "w-[52px]",
      cell: (secret) => (
        <Menu
          actions={menu(secret)}
          trigger={
            <IconButton label={`What to do with ${secret.name}`} className="-my-1.5 -ml-1">
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
        />
      ),
    },
  ];
}

/** The endpoints that use it, and the way to them. */
export function Users({ usedBy }: { usedBy: readonly string[] }): ReactNode {
  const endpoints = useQuery(endpointsQuery).data;
  if (usedBy.length === 0) return <span className="text-ink-3">nobody</span>;
  return usedBy.map((fullName) => (
    <Link
      key={fullName}
      to="/endpoints/$id"
      params={{ id: endpoints?.find((one) => one.fullName === fullName)?.id ?? fullName }}
      className="block wrap-anywhere hover:underline"
    >
      {fullName}
    </Link>
  ));
}
