import type { ReactNode } from "react";
import { Field } from "./field.tsx";

/** One line of text with its label, hint and fault. */
export function TextInput({
  label,
  value,
  onChange,
  hint,
  error,
  placeholder,
  required = false,
  secret = false,
  numeric = false,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  error?: string | undefined;
  placeholder?: string | undefined;
  required?: boolean;
  /** Not shown while it is typed, and not remembered by the browser. */
  secret?: boolean;
  /** Only a number goes in. */
  numeric?: boolean;
}): ReactNode {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <input
          {...ids}
          type={secret ? "password" : "text"}
          className="field font-mono text-sm"
          required={required}
          placeholder={placeholder}
          autoComplete={secret ? "new-password" : "off"}
          spellCheck={false}
          {...(numeric ? numberOnly : {})}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** Several lines of text in the machine's letters. */
export function LinesInput({
  label,
  value,
  onChange,
  hint,
  error,
  placeholder,
  rows = 2,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  error?: string | undefined;
  placeholder?: string | undefined;
  rows?: number;
}): ReactNode {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <textarea
          {...ids}
          rows={rows}
          spellCheck={false}
          className="field font-mono text-sm"
          placeholder={placeholder}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

const numberOnly = { inputMode: "decimal", pattern: "[0-9]*[.]?[0-9]*", title: "a number" } as const;

export function CheckBox({
  label,
  hint,
  checked,
  onChange,
}: {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}): ReactNode {
  return (
    <label className="flex items-start gap-2">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <span>
        {label}
        {hint !== undefined && <span className="block text-sm text-ink-3">{hint}</span>}
      </span>
    </label>
  );
}

/** Two fields beside each other where there is room. */
export const fieldColumns = "grid items-start gap-3.5 sm:grid-cols-2";
