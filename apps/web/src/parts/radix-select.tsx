import { Check, ChevronDown } from "lucide-react";
import { Select as Radix } from "radix-ui";
import type { ReactNode } from "react";
import type { SelectProps } from "./select.tsx";

/** The working parts of `Select`, fetched apart from the page that holds it. */
export function RadixSelect({
  choices,
  value,
  onChange,
  placeholder,
  id,
  label,
  describedBy,
}: SelectProps): ReactNode {
  return (
    <Radix.Root value={value} onValueChange={onChange}>
      <Radix.Trigger
        id={id}
        aria-label={label}
        aria-describedby={describedBy}
        className="field inline-flex items-center justify-between gap-2 text-left data-placeholder:text-ink-3"
      >
        <span className="min-w-0 wrap-anywhere">
          <Radix.Value placeholder={placeholder} />
        </span>
        <ChevronDown size={14} aria-hidden className="shrink-0 text-ink-3" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-60 max-h-(--radix-select-content-available-height) w-max max-w-[calc(100vw-16px)] min-w-(--radix-select-trigger-width) overflow-hidden rounded-lg border border-line bg-panel shadow-float"
        >
          <Radix.Viewport className="p-1">
            {choices.map((choice) => (
              <Radix.Item
                key={choice.value}
                value={choice.value}
                disabled={choice.disabled ?? false}
                className="relative rounded-md py-1.5 pr-3 pl-7 outline-none select-none data-disabled:opacity-50 data-highlighted:bg-accent-soft"
              >
                <Radix.ItemIndicator className="absolute top-2 left-2">
                  <Check size={14} aria-hidden />
                </Radix.ItemIndicator>
                <Radix.ItemText>{choice.label}</Radix.ItemText>
                {choice.note !== undefined && <span className="block text-sm text-ink-2">{choice.note}</span>}
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
