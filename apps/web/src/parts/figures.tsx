import type { ReactNode } from "react";

export interface Figure {
  readonly name: string;
  readonly value: string;
  /** Beside the value, quieter. */
  readonly note?: string | undefined;
}

/** The few numbers one looks at first. */
export function Figures({ figures }: { figures: readonly Figure[] }): ReactNode {
  return (
    <dl className="mb-4 grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line md:auto-cols-fr md:grid-flow-col md:grid-cols-none">
      {figures.map(({ name, value, note = "" }) => (
        <div key={name} className="bg-panel px-3.5 py-2.5">
          <dt className="text-sm text-ink-2">{name}</dt>
          <dd className="mt-px text-[19px] font-semibold tracking-[-0.02em]">
            {value}{" "}
            {note !== "" && <span className="text-sm font-normal tracking-normal text-ink-3">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
