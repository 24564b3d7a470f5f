import type { Price, Provider, ProviderModel } from "@berth/api";
import { Link } from "@tanstack/react-router";
import { useMemo, useState, type ReactNode } from "react";
import { formatUsd } from "../format/money.ts";
import { formatCount } from "../format/size.ts";
import { Empty } from "../parts/notice.tsx";
import { DataTable, Sub, type Column } from "../table/data-table.tsx";
import type { Sort } from "../table/sort.ts";
import { promptWord } from "./provider-form.ts";

/** What a provider can be asked for; each leads to how it is called. */
export function ProviderModels({ provider }: { provider: Provider }): ReactNode {
  const [sort, setSort] = useState<Sort>({ column: "model", descending: false });
  const columns = useMemo(() => modelColumns(provider.name), [provider.name]);
  if (provider.models.length === 0)
    return (
      <Empty title="No model is known">
        {provider.discover
          ? "The server has not told of any. Test it, or name its models under Edit."
          : "It is not asked for its models: name them under Edit, or let it be asked."}
      </Empty>
    );
  return (
    <DataTable
      label={`Models of ${provider.name}`}
      rows={provider.models}
      columns={columns}
      rowKey={({ name }) => name}
      sort={sort}
      onSort={setSort}
    />
  );
}

function modelColumns(provider: string): readonly Column<ProviderModel>[] {
  return [
    {
      name: "model",
      title: "Model",
      cell: (model) => (
        <>
          <Link
            to="/providers/$name"
            params={{ name: provider }}
            search={{ tab: "call", model: model.name }}
            className="font-[550] hover:underline"
          >
            {model.name}
          </Link>
          {model.upstreamName !== model.name && <Sub mono>{model.upstreamName}</Sub>}
          <Sub>
            {[
              model.task === "text-generation" ? undefined : model.task,
              model.from === "set" ? "named by you" : undefined,
              model.prompt === null ? undefined : `prompt ${promptWord(model.prompt)}`,
            ]
              .filter(Boolean)
              .join(" · ")}
          </Sub>
          <div className="sm:hidden">
            <Sub>{priceText(model.price)}</Sub>
          </div>
        </>
      ),
      sortBy: ({ name }) => name,
    },
    {
      name: "context",
      title: "Context",
      width: "w-[96px]",
      align: "right",
      cell: ({ contextTokens }) => (contextTokens === null ? "–" : formatCount(contextTokens)),
      sortBy: ({ contextTokens }) => contextTokens,
    },
    {
      name: "price",
      title: "$ per million in, out",
      from: "md",
      width: "w-[168px]",
      align: "right",
      cell: ({ price }) => priceText(price),
      sortBy: ({ price }) => price?.outputPerMillion ?? null,
    },
  ];
}

function priceText(price: Price | null): string {
  if (price === null) return "–";
  return `${formatUsd(price.inputPerMillion)}, ${formatUsd(price.outputPerMillion)}`;
}
