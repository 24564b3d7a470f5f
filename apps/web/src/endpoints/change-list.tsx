import type { ReactNode } from "react";
import type { ConfigurationChange } from "./configuration-changes.ts";

/** What differs between two configurations, one field a line: what it was, and what it is then. */
export function ChangeList({
  label,
  changes,
}: {
  label: string;
  changes: readonly ConfigurationChange[];
}): ReactNode {
  return (
    <ul aria-label={label} className="flex flex-col gap-1 font-mono text-xs">
      {changes.map(({ path, before, after }) => (
        <li key={path} className="wrap-anywhere">
          <span className="text-ink-2">{path}</span>{" "}
          {before !== undefined && <del className="text-ink-3">{before}</del>}
          {before !== undefined && after !== undefined && (
            <span aria-hidden className="text-ink-3">
              {" → "}
            </span>
          )}
          {after !== undefined && <ins className="font-medium text-ink no-underline">{after}</ins>}
          {before === undefined && <span className="font-sans text-ink-3"> added</span>}
          {after === undefined && <span className="font-sans text-ink-3"> taken away</span>}
        </li>
      ))}
    </ul>
  );
}
