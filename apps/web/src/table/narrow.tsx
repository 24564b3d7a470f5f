import type { ReactNode } from "react";
import { Picker } from "../parts/picker.tsx";
import { Select } from "../parts/select.tsx";

/** Longer lists are filtered as one types. */
const fewUpTo = 12;

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
  const all = `Any ${label.toLowerCase()}`;
  const choose = (next: string): void => onChange(next === any ? undefined : next);
  if (values.length > fewUpTo)
    return (
      <Picker
        compact
        label={label}
        placeholder={all}
        value={value ?? any}
        onChange={choose}
        options={[{ value: any, title: all }, ...values.map((one) => ({ value: one, title: word(one) }))]}
        empty={<p>None.</p>}
      />
    );
  return (
    <div className="w-40">
      <Select
        label={label}
        value={value ?? any}
        onChange={choose}
        choices={[{ value: any, label: all }, ...values.map((one) => ({ value: one, label: word(one) }))]}
      />
    </div>
  );
}
