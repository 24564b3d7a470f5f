import type { ReactNode } from "react";
import { Select } from "../parts/select.tsx";

/** Shows only the rows with one value of a column; pointless, and absent, where there is only one. */
export function Narrow<Value extends string>({
  label,
  value,
  values,
  word,
  onChange,
}: {
  label: string;
  value: string | undefined;
  values: readonly Value[];
  word: (value: Value) => string;
  onChange: (value: string | undefined) => void;
}): ReactNode {
  if (values.length < 2 && value === undefined) return null;
  const any = "any";
  return (
    <div className="w-34">
      <Select
        label={label}
        value={value ?? any}
        onChange={(next) => onChange(next === any ? undefined : next)}
        choices={[
          { value: any, label: `Any ${label.toLowerCase()}` },
          ...values.map((one) => ({ value: one, label: word(one) })),
        ]}
      />
    </div>
  );
}
