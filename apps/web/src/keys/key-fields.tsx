import type { Budget, Scope } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Failure } from "../api/failure.ts";
import { callableQuery } from "../api/queries.ts";
import { Button, IconButton } from "../parts/button.tsx";
import { Field } from "../parts/field.tsx";
import { CheckBox, fieldColumns, TextInput } from "../parts/inputs.tsx";
import { More } from "../parts/more.tsx";
import { Select } from "../parts/select.tsx";
import { periodWords } from "./budget-words.ts";
import type { BudgetRow, KeyForm } from "./key-form.ts";

const daySeconds = 86_400;
const lifetimes = [
  { value: "never", label: "Never" },
  { value: String(daySeconds), label: "In a day" },
  { value: String(30 * daySeconds), label: "In 30 days" },
  { value: String(365 * daySeconds), label: "In a year" },
];

const fields = /^(name|scopes|models|expiresInSeconds|limits|tags|owner)\b/;

/** Whether the form has a field for what the server names; its words then stand there. */
export function knowsField(param: string): boolean {
  return fields.test(param);
}

/** What a key may do, and how much of it. */
export function KeyFields({
  form,
  isNew,
  change,
  failure,
}: {
  form: KeyForm;
  isNew: boolean;
  change: (part: Partial<KeyForm>) => void;
  failure: Failure | undefined;
}): ReactNode {
  const callable = useQuery(callableQuery).data ?? [];
  const of = (param: string): string | undefined =>
    failure?.param?.startsWith(param) === true ? failure.message : undefined;
  const some = callable.slice(0, 3).map(({ id }) => id);
  return (
    <>
      <TextInput
        label="Name"
        required
        hint="Who or what will use it."
        error={of("name")}
        value={form.name}
        onChange={(name) => change({ name })}
      />
      {isNew && (
        <Field label="Allows" error={of("scopes")}>
          {(ids) => (
            <Select
              id={ids.id}
              value={form.scope}
              onChange={(scope) => change({ scope: scope as Scope })}
              choices={[
                { value: "inference", label: "Calls to models", note: "Everything under /v1" },
                {
                  value: "worker",
                  label: "Work on jobs",
                  note: "Takes jobs of endpoints and leaves their results; calls to models too",
                },
                { value: "admin", label: "Everything", note: "Management too: services, models, keys" },
              ]}
            />
          )}
        </Field>
      )}
      {form.scope !== "admin" && (
        <TextInput
          label="Only these models"
          hint={`Names, parted by blanks; any when empty.${some.length > 0 ? ` Here: ${some.join(", ")}.` : ""}`}
          error={of("models")}
          value={form.models}
          onChange={(models) => change({ models })}
        />
      )}
      <Field label="Expires" error={of("expiresInSeconds")}>
        {(ids) => (
          <Select
            id={ids.id}
            value={form.lifetime}
            onChange={(lifetime) => change({ lifetime })}
            choices={isNew ? lifetimes : [{ value: "keep", label: "As it is" }, ...lifetimes]}
          />
        )}
      </Field>
      <More title="Limits and budgets" open={!isNew}>
        <div className={fieldColumns}>
          <TextInput
            label="Requests a minute"
            numeric
            error={of("limits.requestsPerMinute")}
            value={form.requestsPerMinute}
            onChange={(requestsPerMinute) => change({ requestsPerMinute })}
          />
          <TextInput
            label="Tokens a minute"
            numeric
            hint="Input and output together."
            error={of("limits.tokensPerMinute")}
            value={form.tokensPerMinute}
            onChange={(tokensPerMinute) => change({ tokensPerMinute })}
          />
          <TextInput
            label="Requests at once"
            numeric
            error={of("limits.parallel")}
            value={form.parallel}
            onChange={(parallel) => change({ parallel })}
          />
        </div>
        <Budgets
          rows={form.budgets}
          onChange={(budgets) => change({ budgets })}
          error={of("limits.budgets")}
        />
      </More>
      <More title="Owner, tags, log" open={!isNew}>
        <div className={fieldColumns}>
          <TextInput
            label="Owner"
            error={of("owner")}
            value={form.owner}
            onChange={(owner) => change({ owner })}
          />
          <TextInput
            label="Tags"
            placeholder="team:birds"
            hint="Parted by blanks."
            error={of("tags")}
            value={form.tags}
            onChange={(tags) => change({ tags })}
          />
        </div>
        <CheckBox
          label="Keep its requests and answers"
          hint="For the request log: who may read that may read them."
          checked={form.logBodies}
          onChange={(logBodies) => change({ logBodies })}
        />
      </More>
    </>
  );
}

const units: readonly { readonly value: Budget["unit"]; readonly label: string }[] = [
  { value: "usd", label: "US dollars" },
  { value: "tokens", label: "tokens" },
  { value: "gpu-seconds", label: "GPU-seconds" },
];

const mostBudgets = 6;

/** Hard stops by day or month. */
function Budgets({
  rows,
  onChange,
  error,
}: {
  rows: readonly BudgetRow[];
  onChange: (rows: readonly BudgetRow[]) => void;
  error: string | undefined;
}): ReactNode {
  const set = (row: BudgetRow, part: Partial<BudgetRow>): void =>
    onChange(rows.map((one) => (one === row ? { ...row, ...part } : one)));
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-[550] text-ink-2">Budgets</legend>
      {rows.map((row, index) => (
        <div
          key={row.id}
          role="group"
          aria-label={`Budget ${index + 1}`}
          className="mb-1.5 grid grid-cols-[minmax(0,1fr)_minmax(0,1.3fr)_minmax(0,1fr)_32px] gap-1.5"
        >
          <input
            className="field font-mono text-sm"
            aria-label="Amount"
            inputMode="decimal"
            pattern="[0-9]*[.]?[0-9]*"
            title="a number"
            value={row.amount}
            onChange={(event) => set(row, { amount: event.target.value })}
          />
          <Select
            label="Unit"
            value={row.unit}
            onChange={(unit) => set(row, { unit: unit as Budget["unit"] })}
            choices={units}
          />
          <Select
            label="Period"
            value={row.period}
            onChange={(period) => set(row, { period: period as Budget["period"] })}
            choices={Object.entries(periodWords).map(([value, label]) => ({ value, label }))}
          />
          <IconButton
            label={`Take budget ${index + 1} away`}
            onClick={() => onChange(rows.filter((one) => one !== row))}
          >
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      ))}
      {error !== undefined && (
        <p role="alert" className="mb-1.5 text-sm text-bad">
          {error}
        </p>
      )}
      <p className="mb-1.5 text-sm text-ink-3">
        A hard stop: nothing is begun that could go over. Days and months are those of UTC.
      </p>
      {rows.length < mostBudgets && (
        <Button
          onClick={() =>
            onChange([...rows, { id: crypto.randomUUID(), period: "month", unit: "usd", amount: "" }])
          }
        >
          <Plus size={14} aria-hidden />
          Add a budget
        </Button>
      )}
    </fieldset>
  );
}
