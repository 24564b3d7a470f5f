import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, X } from "lucide-react";
import type { ReactNode } from "react";
import { profilesQuery } from "../api/queries.ts";
import { IconButton } from "../parts/button.tsx";
import { Select } from "../parts/select.tsx";

/** Profiles in the order in which room is looked for. */
export function ProfileOrder({
  names,
  onChange,
  error,
}: {
  names: readonly string[];
  onChange: (names: readonly string[]) => void;
  error: string | undefined;
}): ReactNode {
  const profiles = useQuery(profilesQuery).data ?? [];
  const left = profiles.filter(({ name }) => !names.includes(name));
  const swap = (at: number, other: number): void =>
    onChange(
      names.map((name, index) =>
        index === at ? (names[other] ?? name) : index === other ? (names[at] ?? name) : name,
      ),
    );
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-[550] text-ink-2">Profiles</legend>
      <ol aria-label="Profiles" className="flex flex-col gap-1 empty:hidden">
        {names.map((name, index) => (
          <li
            key={name}
            className="flex items-center gap-1 rounded-md border border-line py-0.5 pr-0.5 pl-2.5"
          >
            <span className="w-[2ch] shrink-0 font-mono text-xs text-ink-3">{index + 1}</span>
            <span className="min-w-0 grow wrap-anywhere">
              {name}
              {!profiles.some((one) => one.name === name) && profiles.length > 0 && (
                <span className="text-warn"> ▲ is there no more</span>
              )}
            </span>
            <IconButton
              label={`Move ${name} up`}
              disabled={index === 0}
              onClick={() => swap(index, index - 1)}
              className="size-7"
            >
              <ArrowUp size={14} aria-hidden />
            </IconButton>
            <IconButton
              label={`Move ${name} down`}
              disabled={index === names.length - 1}
              onClick={() => swap(index, index + 1)}
              className="size-7"
            >
              <ArrowDown size={14} aria-hidden />
            </IconButton>
            <IconButton
              label={`Take ${name} away`}
              onClick={() => onChange(names.filter((one) => one !== name))}
              className="size-7"
            >
              <X size={14} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ol>
      {left.length > 0 && (
        <div className="mt-1.5">
          <Select
            label="Add a profile"
            // nothing is ever chosen here: what is chosen moves into the list
            value=""
            placeholder={names.length === 0 ? "Choose a profile …" : "Then, where there is no room …"}
            onChange={(name) => onChange([...names, name])}
            choices={left.map(({ name, schema, status, statusReason }) => ({
              value: name,
              label: name,
              note: statusReason ?? (schema === "slurm" ? "Slurm" : "this machine"),
              disabled: status === "invalid",
            }))}
          />
        </div>
      )}
      {error !== undefined && (
        <p role="alert" className="mt-1 text-sm text-bad">
          {error}
        </p>
      )}
      <p className="mt-1 text-sm text-ink-3">A replica runs on the first that has room for it.</p>
    </fieldset>
  );
}
