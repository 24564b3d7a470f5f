import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button, IconButton } from "../parts/button.tsx";
import { Field } from "../parts/field.tsx";
import { blankLoraRow, loraParam, usualScale, type LoraRow } from "./lora-form.ts";

/** The adapters of a model, one a line. */
export function LoraFields({
  rows,
  onChange,
  problems,
}: {
  rows: readonly LoraRow[];
  onChange: (rows: readonly LoraRow[]) => void;
  /** Under the names the server uses for the fields. */
  problems: Readonly<Record<string, string>>;
}): ReactNode {
  const change = (row: LoraRow, part: Partial<LoraRow>): void =>
    onChange(rows.map((one) => (one === row ? { ...row, ...part } : one)));
  const problem = problems["options.lora"];
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-[550] text-ink-2">LoRA adapters</legend>
      {rows.map((row, index) => (
        <div
          key={row.id}
          role="group"
          aria-label={`Adapter ${index + 1}`}
          className="mb-2 grid grid-cols-[72px_minmax(0,1fr)] items-start gap-1.5 max-sm:rounded-md max-sm:border max-sm:border-line max-sm:p-2 sm:grid-cols-[minmax(0,1fr)_72px_32px]"
        >
          <div className="max-sm:col-span-2">
            <Field label="File" error={problems[loraParam(index, "path")]}>
              {(ids) => (
                <input
                  {...ids}
                  className="field font-mono text-sm"
                  placeholder="/data/adapter.gguf"
                  autoComplete="off"
                  spellCheck={false}
                  // a line that was just added is there to be filled in
                  autoFocus={row.path === ""}
                  value={row.path}
                  onChange={(event) => change(row, { path: event.target.value })}
                />
              )}
            </Field>
          </div>
          <Field label="Scale" error={problems[loraParam(index, "scale")]}>
            {(ids) => (
              <input
                {...ids}
                className="field font-mono text-sm"
                placeholder={String(usualScale)}
                inputMode="decimal"
                autoComplete="off"
                value={row.scale}
                onChange={(event) => change(row, { scale: event.target.value })}
              />
            )}
          </Field>
          <IconButton
            label={`Take adapter ${index + 1} away`}
            className="mt-6 max-sm:ml-auto"
            onClick={() => onChange(rows.filter((one) => one !== row))}
          >
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      ))}
      {problem !== undefined && (
        <p role="alert" className="mb-2 text-sm text-bad wrap-anywhere">
          {problem}
        </p>
      )}
      <Button onClick={() => onChange([...rows, blankLoraRow(crypto.randomUUID())])}>
        <Plus size={14} aria-hidden />
        Add an adapter
      </Button>
      <p className="mt-1 text-sm text-ink-3">
        GGUF files made for this model, by their absolute paths where the service runs. The scale says how
        strongly one acts: {usualScale} as it was trained, 0 not at all.
      </p>
    </fieldset>
  );
}
