import { Progress as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** How far something has come; `null` while its end is not known. */
export function Progress({ fraction, label }: { fraction: number | null; label: string }): ReactNode {
  const percent = fraction === null ? null : Math.round(Math.max(0, Math.min(1, fraction)) * 100);
  return (
    <Radix.Root
      value={percent}
      aria-label={label}
      className="h-[5px] w-full overflow-hidden rounded-full border border-line bg-sunk"
    >
      <Radix.Indicator
        className={percent === null ? "pulse block h-full w-full bg-accent" : "block h-full bg-accent"}
        style={percent === null ? {} : { width: `${percent}%` }}
      />
    </Radix.Root>
  );
}
