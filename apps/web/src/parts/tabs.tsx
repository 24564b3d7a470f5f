import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

export interface Tab<Name extends string> {
  readonly name: Name;
  readonly title: ReactNode;
  readonly content: ReactNode;
}

/** Tabs whose choice belongs to the caller, so that it can stand in the address. */
export function Tabs<Name extends string>({
  tabs,
  value,
  onChange,
  label,
}: {
  tabs: readonly Tab<Name>[];
  value: Name;
  onChange: (name: Name) => void;
  label: string;
}): ReactNode {
  return (
    <Radix.Root
      value={value}
      onValueChange={(name) => onChange(name as Name)}
      className="flex min-h-0 flex-col"
    >
      <Radix.List
        aria-label={label}
        className="flex gap-0.5 overflow-x-auto border-b border-line px-2.5 pt-1.5"
      >
        {tabs.map(({ name, title }) => (
          <Radix.Trigger
            key={name}
            value={name}
            className="-mb-px border-b-2 border-transparent px-2.5 pt-1.5 pb-2 whitespace-nowrap text-ink-2 -outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-[550] data-[state=active]:text-ink"
          >
            {title}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ name, content }) => (
        <Radix.Content key={name} value={name} className="-outline-offset-2">
          {content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
