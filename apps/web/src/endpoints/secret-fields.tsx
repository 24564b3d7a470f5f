import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button, IconButton } from "../parts/button.tsx";
import { Select } from "../parts/select.tsx";
import { secretsQuery } from "../secrets/secret-queries.ts";
import type { SecretRow } from "./configuration-form.ts";

/** Which secrets replicas get, under which variable, as a value or as a file. */
export function SecretFields({
  rows,
  onChange,
  error,
}: {
  rows: readonly SecretRow[];
  onChange: (rows: readonly SecretRow[]) => void;
  error: string | undefined;
}): ReactNode {
  const secrets = useQuery(secretsQuery).data ?? [];
  const names = [...new Set(secrets.map(({ name }) => name))];
  const set = (row: SecretRow, part: Partial<SecretRow>): void =>
    onChange(rows.map((one) => (one === row ? { ...row, ...part } : one)));
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-[550] text-ink-2">Secrets</legend>
      {rows.map((row, index) => (
        <div
          key={row.id}
          role="group"
          aria-label={`Secret ${index + 1}`}
          className="mb-1.5 grid grid-cols-[minmax(0,1fr)_32px] gap-1.5 max-sm:rounded-md max-sm:border max-sm:border-line max-sm:p-2 sm:grid-cols-[minmax(0,1.2fr)_minmax(0,1.2fr)_minmax(0,1fr)_32px]"
        >
          <Select
            label="Secret"
            placeholder="Choose …"
            value={row.secret}
            onChange={(secret) => set(row, { secret, env: row.env === "" ? variableOf(secret) : row.env })}
            choices={[...new Set([...names, row.secret])].filter(Boolean).map((name) => ({
              value: name,
              label: names.includes(name) ? name : `${name} (not stored)`,
            }))}
          />
          <IconButton
            label={`Take secret ${index + 1} away`}
            onClick={() => onChange(rows.filter((one) => one !== row))}
            className="sm:order-4"
          >
            <X size={14} aria-hidden />
          </IconButton>
          <input
            className="field font-mono text-sm max-sm:col-span-2"
            aria-label="Environment variable"
            placeholder="HF_TOKEN"
            autoComplete="off"
            spellCheck={false}
            value={row.env}
            onChange={(event) => set(row, { env: event.target.value })}
          />
          <div className="max-sm:col-span-2">
            <Select
              label="Given as"
              value={row.as}
              onChange={(as) => set(row, { as: as as SecretRow["as"] })}
              choices={[
                { value: "value", label: "its value", note: "The variable holds it" },
                { value: "file", label: "a file", note: "The variable holds its path" },
              ]}
            />
          </div>
        </div>
      ))}
      {error !== undefined && (
        <p role="alert" className="mb-1.5 text-sm text-bad">
          {error}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button
          disabled={names.length === 0}
          onClick={() => onChange([...rows, { id: crypto.randomUUID(), secret: "", env: "", as: "value" }])}
        >
          <Plus size={14} aria-hidden />
          Use a secret
        </Button>
        <span className="text-sm text-ink-3">
          {names.length === 0 ? "None is stored yet: " : ""}
          <Link to="/secrets" className="text-accent underline underline-offset-2">
            {names.length === 0 ? "add one" : "all secrets"}
          </Link>
        </span>
      </div>
    </fieldset>
  );
}

/** `hub-token` as HUB_TOKEN. */
function variableOf(secret: string): string {
  return secret.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
}
