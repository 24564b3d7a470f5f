import { ChevronDown } from "lucide-react";
import { Popover } from "radix-ui";
import { useId, useState, type KeyboardEvent, type ReactNode } from "react";
import { matches } from "../table/filter.ts";
import { classNames } from "./class-names.ts";

export interface PickerOption {
  readonly value: string;
  readonly title: string;
  /** A second line. */
  readonly note?: ReactNode;
  /** What a filter also finds it by. */
  readonly keywords?: string;
  /** Stands at the right: how it is. */
  readonly aside?: ReactNode;
}

const shownAtMost = 100;

/** Picks one of many, filtered as one types. */
export function Picker({
  options,
  value,
  onChange,
  label,
  placeholder,
  empty,
  footer,
  describedBy,
  compact = false,
}: {
  options: readonly PickerOption[];
  value: string | undefined;
  onChange: (value: string) => void;
  /** Its name, said before what is chosen; no label element is needed. */
  label: string;
  placeholder: string;
  /** Stands in an empty list's place. */
  empty: ReactNode;
  footer?: ReactNode;
  describedBy?: string | undefined;
  compact?: boolean;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const chosen = options.find((option) => option.value === value);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        aria-describedby={describedBy}
        className={classNames(
          "field inline-flex items-center justify-between gap-2 text-left",
          compact && "w-auto max-w-full border-line-strong/60",
        )}
      >
        <span
          className={classNames(
            "min-w-0 wrap-anywhere",
            chosen === undefined && value === undefined && "text-ink-3",
          )}
        >
          <span className="sr-only">{label}: </span>
          {chosen?.title ?? value ?? placeholder}
        </span>
        <span className="flex shrink-0 items-center gap-2">
          {chosen?.aside}
          <ChevronDown size={14} aria-hidden className="text-ink-3" />
        </span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-60 flex max-h-[min(420px,var(--radix-popover-content-available-height))] w-[max(var(--radix-popover-trigger-width),min(440px,calc(100vw-16px)))] max-w-[calc(100vw-16px)] flex-col overflow-hidden rounded-lg border border-line bg-panel shadow-float outline-none"
        >
          <Options
            options={options}
            value={value}
            label={label}
            empty={empty}
            onChoose={(next) => {
              onChange(next);
              setOpen(false);
            }}
          />
          {footer !== undefined && <div className="border-t border-line px-3 py-2 text-sm">{footer}</div>}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Options({
  options,
  value,
  label,
  empty,
  onChoose,
}: {
  options: readonly PickerOption[];
  value: string | undefined;
  label: string;
  empty: ReactNode;
  onChoose: (value: string) => void;
}): ReactNode {
  const listId = useId();
  const [text, setText] = useState("");
  const found = options.filter((one) => matches(text, one.title, one.keywords)).slice(0, shownAtMost);
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      options.findIndex((one) => one.value === value),
    ),
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      const next = (active + step + found.length) % found.length;
      setActive(next);
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      const option = found[active];
      if (option !== undefined) onChoose(option.value);
    }
  };
  return (
    <>
      <input
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={found[active] === undefined ? undefined : `${listId}-${active}`}
        aria-label={`Filter: ${label}`}
        placeholder="Filter …"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        className="w-full border-b border-line bg-transparent px-3 py-2 outline-none"
      />
      <ul id={listId} role="listbox" aria-label={label} className="overflow-y-auto p-1">
        {found.map((option, index) => (
          <li
            key={option.value}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={option.value === value}
            onPointerMove={() => setActive(index)}
            onClick={() => onChoose(option.value)}
            className={classNames(
              "flex items-start gap-3 rounded-md px-2.5 py-1.5",
              index === active && "bg-accent-soft",
              option.value === value && "font-[550]",
            )}
          >
            <span className="min-w-0 grow wrap-anywhere">
              {option.title}
              {option.note !== undefined && (
                <span className="block text-sm font-normal text-ink-2">{option.note}</span>
              )}
            </span>
            {option.aside !== undefined && <span className="shrink-0 text-sm">{option.aside}</span>}
          </li>
        ))}
      </ul>
      {options.length === 0 && <div className="px-3 pb-3 text-ink-2">{empty}</div>}
      {options.length > 0 && found.length === 0 && (
        <p className="px-3 pb-3 text-ink-2">Nothing is called that.</p>
      )}
    </>
  );
}
