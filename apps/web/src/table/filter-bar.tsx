import { Search, X } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { IconButton } from "../parts/button.tsx";
import { formatCount } from "../format/size.ts";

/** Filters a list as one types; `/` goes to it. The text belongs to the address, so it may also change from there. */
export function FilterBar({
  value,
  onChange,
  placeholder,
  found,
  total,
  children,
}: {
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
  found: number;
  total: number;
  children?: ReactNode;
}): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [given, setGiven] = useState(value);
  if (given !== value) {
    setGiven(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), 80);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  useSlash(() => input.current?.focus());
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 px-3 py-1.5">
      <Search size={14} aria-hidden className="text-ink-3" />
      <input
        ref={input}
        type="text"
        role="searchbox"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && text !== "") {
            event.preventDefault();
            setText("");
          }
        }}
        placeholder={placeholder}
        aria-label={placeholder}
        className="min-h-8 min-w-0 grow basis-56 rounded bg-transparent px-1"
      />
      {text !== "" && (
        <IconButton label="Clear the filter" onClick={() => setText("")} className="size-7">
          <X size={14} aria-hidden />
        </IconButton>
      )}
      <span role="status" className="text-sm whitespace-nowrap text-ink-3">
        {found === total ? formatCount(total) : `${formatCount(found)} of ${formatCount(total)}`}
      </span>
      {children}
    </div>
  );
}

function useSlash(run: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (
        event.key !== "/" ||
        event.ctrlKey ||
        event.metaKey ||
        target.closest("input, textarea, [role=dialog]")
      )
        return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
}
