import type { ReactNode } from "react";
import { Field } from "../parts/field.tsx";
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

interface TextFieldProps extends FieldsProps {
  readonly name: TextName;
  readonly label: string;
  /** What the server calls the field. */
  readonly param: string;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly type?: "text" | "password";
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
}: TextFieldProps): ReactNode {
  return (
    <Field label={label} hint={hint} error={problemOf(problems, param)}>
      {(ids) => (
        <input
          {...ids}
          type={type ?? "text"}
          autoComplete="off"
          spellCheck={false}
          className="field"
          placeholder={placeholder}
          value={form[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
}

export function NumberField(props: TextFieldProps): ReactNode {
  const { form, change, problems, name, label, param, hint } = props;
  return (
    <Field label={label} hint={hint} error={problemOf(problems, param)}>
      {(ids) => (
        <input
          {...ids}
          inputMode="numeric"
          autoComplete="off"
          className="field font-mono text-sm"
          value={form[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
}
