import { ChevronDown } from "lucide-react";
import { lazy, Suspense, type ReactNode } from "react";
import { fetchPart } from "./fetch-part.ts";

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** A second line: what choosing it means. */
  readonly note?: string | undefined;
  readonly disabled?: boolean;
}

export interface SelectProps {
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly id?: string;
  readonly label?: string;
  readonly describedBy?: string | undefined;
}

const RadixSelect = lazy(async () => ({
  default: (await fetchPart(() => import("./radix-select.tsx"))).RadixSelect,
}));

/** One of a few; for long lists there are pickers that filter. */
export function Select(props: SelectProps): ReactNode {
  return (
    <Suspense fallback={<Standing {...props} />}>
      <RadixSelect {...props} />
    </Suspense>
  );
}

/** Keeps the place, and shows the choice, until the working parts are here. */
function Standing({ choices, value, placeholder = "", id, label }: SelectProps): ReactNode {
  return (
    <button
      type="button"
      role="combobox"
      aria-expanded={false}
      disabled
      id={id}
      aria-label={label}
      className="field inline-flex items-center justify-between gap-2 text-left"
    >
      {choices.find((choice) => choice.value === value)?.label ?? placeholder}
      <ChevronDown size={14} aria-hidden className="shrink-0 text-ink-3" />
    </button>
  );
}
