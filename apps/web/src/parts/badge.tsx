import type { ReactNode } from "react";

/** A short fact beside a name. */
export function Badge({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <span
      title={title}
      className="rounded border border-line px-1.5 py-px text-xs whitespace-nowrap text-ink-2"
    >
      {children}
    </span>
  );
}
