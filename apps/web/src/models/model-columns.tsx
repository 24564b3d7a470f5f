import type { Model, StaleListing } from "@berth/api";
import { Link } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { formatBytes, formatCount, formatMiB, formatRough } from "../format/size.ts";
import { buttonClass, IconButton } from "../parts/button.tsx";
import { Sub, type Column } from "../table/data-table.tsx";
import { ModelState, placeOf } from "./model-state.tsx";
import { LastSeen } from "./stale-listings.tsx";

/** The columns of the list of installed models; narrow pages fold what they hide into the name's cell. */
export function modelColumns(
  onDelete: (model: Model) => void,
  /** Profiles whose models are those that were last seen. */
  stale: readonly StaleListing[],
): readonly Column<Model>[] {
  return [
    { name: "repo", title: "Model", cell: (model) => nameCell(model, stale), sortBy: ({ repo }) => repo },
    {
      name: "status",
      title: "Status",
      from: "md",
      width: "w-[116px]",
      cell: ({ status }) => <ModelState status={status} />,
      sortBy: ({ status }) => status,
    },
    {
      name: "task",
      title: "Task",
      from: "xl",
      width: "w-[140px]",
      cell: ({ image }) => image,
      sortBy: ({ image }) => image,
    },
    {
      name: "parameters",
      title: "Parameters",
      from: "xl",
      width: "w-[108px]",
      align: "right",
      cell: ({ facts }) => (facts?.parameters == null ? "–" : formatRough(facts.parameters)),
      sortBy: ({ facts }) => facts?.parameters ?? null,
    },
    {
      name: "quantisation",
      title: "Quantisation",
      from: "xl",
      width: "w-[116px]",
      cell: ({ facts }) => <span className="font-mono text-sm">{facts?.quantisation ?? "–"}</span>,
      sortBy: ({ facts }) => facts?.quantisation ?? null,
    },
    {
      name: "context",
      title: "Context",
      from: "xl",
      width: "w-[92px]",
      align: "right",
      cell: ({ facts }) => (facts?.contextTokens == null ? "–" : formatCount(facts.contextTokens)),
      sortBy: ({ facts }) => facts?.contextTokens ?? null,
    },
    {
      name: "size",
      title: "Size",
      from: "md",
      width: "w-[88px]",
      align: "right",
      cell: ({ sizeBytes }) => formatBytes(sizeBytes),
      sortBy: ({ sizeBytes }) => sizeBytes,
    },
    {
      name: "memory",
      title: "Memory need",
      from: "md",
      width: "w-[112px]",
      align: "right",
      cell: ({ estimatedMemoryMiB: needed }) => (needed === null ? "–" : `≈ ${formatMiB(needed)}`),
      sortBy: ({ estimatedMemoryMiB }) => estimatedMemoryMiB,
    },
    {
      name: "place",
      title: "Place",
      from: "lg",
      width: "w-[124px]",
      cell: (model) => (
        <>
          {placeOf(model)}
          <Sub>{model.profile}</Sub>
          <LastSeen profile={model.profile} stale={stale} />
        </>
      ),
      sortBy: (model) => placeOf(model),
    },
    {
      name: "actions",
      title: "",
      width: "w-[124px]",
      cell: (model) => <RowActions model={model} onDelete={onDelete} />,
    },
  ];
}

function nameCell(model: Model, stale: readonly StaleListing[]): ReactNode {
  const { repo, revision, facts, status, statusReason, sizeBytes, estimatedMemoryMiB, image } = model;
  return (
    <>
      <span className="font-[550]">{repo}</span>
      <Sub mono>
        {[revision.slice(0, 12), facts?.architecture, facts?.format].filter(Boolean).join(" · ")}
      </Sub>
      {statusReason !== null && <span className="block text-sm text-warn">{statusReason}</span>}
      <span className="block text-sm text-ink-2 max-md:hidden xl:hidden">
        {[
          image,
          facts?.parameters == null ? undefined : `${formatRough(facts.parameters)} parameters`,
          facts?.quantisation,
          facts?.contextTokens == null ? undefined : `${formatCount(facts.contextTokens)} tokens`,
        ]
          .filter(Boolean)
          .join(" · ")}
      </span>
      <div className="text-sm text-ink-2 md:hidden">
        {status !== "ready" && <ModelState status={status} />}
        <span className="block">
          {[
            image,
            facts?.quantisation,
            formatBytes(sizeBytes),
            estimatedMemoryMiB === null ? undefined : `needs ≈ ${formatMiB(estimatedMemoryMiB)}`,
            placeOf(model),
            model.profile,
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
        <LastSeen profile={model.profile} stale={stale} />
      </div>
    </>
  );
}

function RowActions({ model, onDelete }: { model: Model; onDelete: (model: Model) => void }): ReactNode {
  return (
    <span className="flex items-center justify-end gap-1">
      {model.status === "ready" && (
        <Link
          to="/services/new"
          search={{ model: model.id }}
          aria-label={`Start ${model.repo}`}
          className={buttonClass()}
        >
          Start
        </Link>
      )}
      {model.location === "home" && (
        <IconButton label={`Delete ${model.repo}`} onClick={() => onDelete(model)}>
          <Trash2 size={14} aria-hidden />
        </IconButton>
      )}
    </span>
  );
}
