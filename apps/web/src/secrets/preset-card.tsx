import type { HardwarePreset } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Pencil, RotateCcw, Trash2 } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { queryKeys } from "../api/queries.ts";
import { IconButton } from "../parts/button.tsx";
import { ConfirmDialog } from "../parts/dialogs.tsx";
import { Menu, type MenuAction } from "../parts/menu.tsx";
import { Loading, Problem } from "../parts/notice.tsx";
import { Card } from "../parts/page.tsx";
import { DataTable, Sub, type Column } from "../table/data-table.tsx";
import { formatSort, parseSort } from "../table/sort.ts";
import { PresetDialog } from "./secret-dialogs.ts";
import { presetsQuery } from "./secret-queries.ts";
import { sizeWords } from "./size-words.ts";

/** Names for sizes of hardware, everywhere or on one profile. */
export function PresetCard(): ReactNode {
  const { data, error, refetch } = useQuery(presetsQuery);
  const [changed, setChanged] = useState<HardwarePreset>();
  const [doomed, setDoomed] = useState<HardwarePreset>();
  const [sort, setSort] = useState("");
  const builtIn = useMemo(
    () => new Set((data ?? []).filter((one) => one.isBuiltIn).map(({ name }) => name)),
    [data],
  );
  const columns = useMemo(
    () =>
      presetColumns((preset) => [
        { title: "Change …", Icon: Pencil, run: () => setChanged(preset) },
        ...(preset.isBuiltIn
          ? []
          : preset.profile === null && isBerths(preset.name)
            ? [{ title: "As it was …", Icon: RotateCcw, run: () => setDoomed(preset) }]
            : [{ title: "Delete …", Icon: Trash2, run: () => setDoomed(preset), danger: true }]),
      ]),
    [],
  );
  return (
    <Card title="Hardware presets">
      {data === undefined && error === null && <Loading what="hardware presets" />}
      {data === undefined && error !== null && (
        <div className="p-3.5">
          <Problem error={error} retry={() => void refetch()} />
        </div>
      )}
      {data !== undefined && (
        <DataTable
          label="Hardware presets"
          rows={data}
          columns={columns}
          rowKey={({ name, profile }) => `${name} ${profile ?? ""}`}
          sort={parseSort(sort)}
          onSort={(next) => setSort(formatSort(next))}
        />
      )}
      {changed !== undefined && <PresetDialog open onClose={() => setChanged(undefined)} preset={changed} />}
      {doomed !== undefined && (
        <Forget
          preset={doomed}
          remains={doomed.profile !== null && builtIn.has(doomed.name)}
          onClose={() => setDoomed(undefined)}
        />
      )}
    </Card>
  );
}

/** Names of presets that Berth brings along; an edited one comes back as it was. */
function isBerths(name: string): boolean {
  return /^(cpu-(sm|md|lg)|gpu-[1248])$/.test(name);
}

function presetColumns(menu: (preset: HardwarePreset) => MenuAction[]): readonly Column<HardwarePreset>[] {
  return [
    {
      name: "name",
      title: "Name",
      width: "w-[76px] md:w-[112px]",
      cell: ({ name }) => <span className="font-mono text-sm font-[550]">{name}</span>,
      sortBy: ({ name }) => name,
    },
    {
      name: "size",
      title: "Size",
      cell: (preset) => (
        <>
          {sizeWords(preset)}
          {preset.resources !== undefined && <Sub>and more of Slurm</Sub>}
        </>
      ),
      sortBy: ({ gpus, memoryMiB }) => gpus * 1e9 + memoryMiB,
    },
    {
      name: "where",
      title: "Where",
      width: "w-[110px] md:w-[112px]",
      cell: ({ profile, isBuiltIn }) => (
        <>
          {profile ?? "everywhere"}
          <Sub>{isBuiltIn ? "built in" : "set here"}</Sub>
        </>
      ),
      sortBy: ({ profile }) => profile ?? "",
    },
    {
      name: "actions",
      title: "",
      width: "w-[52px]",
      cell: (preset) => (
        <Menu
          actions={menu(preset)}
          trigger={
            <IconButton
              label={`What to do with ${preset.name}${preset.profile === null ? "" : ` on ${preset.profile}`}`}
              className="-my-1.5 -ml-1"
            >
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
        />
      ),
    },
  ];
}

function Forget({
  preset: { name, profile },
  remains,
  onClose,
}: {
  preset: HardwarePreset;
  /** The one that holds everywhere takes its place. */
  remains: boolean;
  onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  const forget = useMutation({
    mutationFn: () =>
      client.deleteHardwarePreset({ params: { name }, query: profile === null ? {} : { profile } }),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.presets }),
  });
  const comesBack = profile === null && isBerths(name);
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={comesBack ? `Bring ${name} back as it was?` : `Delete ${name}?`}
      loss={
        <p>
          {comesBack
            ? "What was changed in it is given up."
            : remains
              ? `On ${profile ?? ""} the one that holds everywhere takes its place.`
              : "Endpoints that name it cannot be deployed until they name another."}{" "}
          What runs goes on as it is.
        </p>
      }
      action={comesBack ? "Bring it back" : "Delete it"}
      onConfirm={() => forget.mutate()}
    />
  );
}
