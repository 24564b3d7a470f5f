import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button, IconButton } from "../parts/button.tsx";
import { blankModelRow, type ModelRow } from "./provider-form.ts";

interface Cell {
  readonly name: "name" | "upstreamName" | "contextTokens" | "inputPrice" | "outputPrice" | "prompt";
  readonly title: string;
  readonly placeholder?: string;
  readonly numeric?: true;
}

const cells: readonly Cell[] = [
  { name: "name", title: "Model" },
  { name: "upstreamName", title: "Called there", placeholder: "the same" },
  { name: "contextTokens", title: "Context", placeholder: "asked", numeric: true },
  { name: "inputPrice", title: "$/M in", numeric: true },
  { name: "outputPrice", title: "$/M out", numeric: true },
  { name: "prompt", title: "Prompt", placeholder: "its own" },
];

/** Models that a person names, one a line. */
export function ProviderModelRows({
  rows,
  onChange,
  error,
}: {
  rows: readonly ModelRow[];
  onChange: (rows: readonly ModelRow[]) => void;
  error: string | undefined;
}): ReactNode {
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-[550] text-ink-2">Models</legend>
      {rows.map((row, index) => (
        <div
          key={row.id}
          role="group"
          aria-label={`Model ${index + 1}`}
          className="mb-2 grid grid-cols-6 items-end gap-1.5 rounded-md border border-line p-2 sm:grid-cols-[3fr_3fr_2fr_1.5fr_1.5fr_2fr_32px] sm:border-0 sm:p-0"
        >
          {cells.map(({ name, title, placeholder, numeric }) => (
            <label key={name} className="col-span-3 text-xs text-ink-3 sm:col-span-1">
              {title}
              <input
                className="field font-mono text-sm text-ink"
                placeholder={placeholder}
                autoComplete="off"
                spellCheck={false}
                {...(numeric ? { inputMode: "decimal", pattern: "[0-9]*[.]?[0-9]*", title: "a number" } : {})}
                value={row[name]}
                onChange={(event) =>
                  onChange(rows.map((one) => (one === row ? { ...row, [name]: event.target.value } : one)))
                }
              />
            </label>
          ))}
          <IconButton
            label={`Take ${row.name === "" ? "the model" : row.name} away`}
            onClick={() => onChange(rows.filter((one) => one !== row))}
          >
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      ))}
      {error !== undefined && (
        <p role="alert" className="mb-2 text-sm text-bad">
          {error}
        </p>
      )}
      <Button onClick={() => onChange([...rows, blankModelRow(crypto.randomUUID())])}>
        <Plus size={14} aria-hidden />
        Name a model
      </Button>
    </fieldset>
  );
}
