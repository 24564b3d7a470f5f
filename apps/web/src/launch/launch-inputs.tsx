import { useId, type ReactNode } from "react";
import { Field } from "../parts/field.tsx";
import { LinesInput } from "../parts/inputs.tsx";
import { Select, type Choice } from "../parts/select.tsx";
import { problemOf, type FieldProblems, type LaunchForm } from "./launch-form.ts";

export interface FieldsProps {
  readonly form: LaunchForm;
  readonly change: (part: Partial<LaunchForm>) => void;
  readonly problems: FieldProblems;
}

type TextName = { [K in keyof LaunchForm]: LaunchForm[K] extends string ? K : never }[Exclude<
  keyof LaunchForm,
  "kind"
>];

type FlagName = { [K in keyof LaunchForm]: LaunchForm[K] extends boolean ? K : never }[keyof LaunchForm];

interface InputProps extends FieldsProps {
  readonly name: TextName;
  readonly label: string;
  /** What the server calls the field; absent where its faults stand at another. */
  readonly param?: string;
  readonly hint?: ReactNode;
  readonly placeholder?: string | undefined;
}

export function TextField({
  form,
  change,
  problems,
  name,
  label,
  param,
  hint,
  placeholder,
  type,
  suggestions = [],
}: InputProps & {
  readonly type?: "text" | "password";
  /** Offered while one types; anything else may be typed too. */
  readonly suggestions?: readonly string[];
}): ReactNode {
  const listId = useId();
  return (
    <Field label={label} hint={hint} error={param === undefined ? undefined : problemOf(problems, param)}>
      {(ids) => (
        <>
          <input
            {...ids}
            type={type ?? "text"}
            list={suggestions.length === 0 ? undefined : listId}
            autoComplete="off"
            spellCheck={false}
            className="field"
            placeholder={placeholder}
            value={form[name]}
            onChange={(event) => change({ [name]: event.target.value })}
          />
          {suggestions.length > 0 && (
            <datalist id={listId}>
              {suggestions.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}

export function NumberField(props: InputProps): ReactNode {
  const { form, change, problems, name, label, param, hint, placeholder } = props;
  return (
    <Field label={label} hint={hint} error={param === undefined ? undefined : problemOf(problems, param)}>
      {(ids) => (
        <input
          {...ids}
          inputMode="numeric"
          autoComplete="off"
          className="field font-mono text-sm"
          placeholder={placeholder}
          value={form[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
}

/** Several values, one a line. */
export function LinesField(props: InputProps): ReactNode {
  const { form, change, problems, name, label, param, hint, placeholder } = props;
  return (
    <LinesInput
      label={label}
      hint={hint}
      error={param === undefined ? undefined : problemOf(problems, param)}
      placeholder={placeholder}
      value={form[name]}
      onChange={(value) => change({ [name]: value })}
    />
  );
}

/** The select's own word for "nothing chosen": it keeps the empty one to itself. */
const nothing = "(nothing)";

/** A field whose values the place offers; typed by hand where it could not be asked. */
export function OfferedField({
  choices,
  none,
  ...props
}: InputProps & {
  readonly choices: readonly Choice[] | undefined;
  /** What an empty field means. */
  readonly none: string;
}): ReactNode {
  const { form, change, problems, name, label, param, hint } = props;
  if (choices === undefined || choices.length === 0) return <TextField {...props} placeholder={none} />;
  const value = form[name];
  const known = value === "" || choices.some((choice) => choice.value === value);
  return (
    <Field label={label} hint={hint} error={param === undefined ? undefined : problemOf(problems, param)}>
      {(ids) => (
        <Select
          id={ids.id}
          describedBy={ids["aria-describedby"]}
          value={value === "" ? nothing : value}
          onChange={(next) => change({ [name]: next === nothing ? "" : next })}
          choices={[
            { value: nothing, label: none },
            ...choices,
            ...(known ? [] : [{ value, label: `${value} (not offered)` }]),
          ]}
        />
      )}
    </Field>
  );
}

export function FlagField({
  form,
  change,
  name,
  label,
  hint,
}: Pick<FieldsProps, "form" | "change"> & {
  readonly name: FlagName;
  readonly label: string;
  readonly hint?: string;
}): ReactNode {
  return (
    <label className="flex items-start gap-2">
      <input
        type="checkbox"
        checked={form[name]}
        onChange={(event) => change({ [name]: event.target.checked })}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <span>
        {label}
        {hint !== undefined && <span className="block text-sm text-ink-3">{hint}</span>}
      </span>
    </label>
  );
}
