import type { ReactNode } from "react";
import { sparklinePath } from "./sparkline-path.ts";

const size = { width: 88, height: 20 } as const;
const edge = 2;

/** The course of a few values, too small for axes; a value that is missing is a cross on the ground. */
export function Sparkline({
  values,
  label,
}: {
  values: readonly (number | null)[];
  /** What it shows, for those who cannot see it. */
  label: string;
}): ReactNode {
  const step = values.length > 1 ? size.width / (values.length - 1) : 0;
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`${-edge} ${-edge} ${size.width + 2 * edge} ${size.height + 2 * edge}`}
      width={size.width + 2 * edge}
      height={size.height + 2 * edge}
      className="inline-block max-w-full align-middle"
    >
      <path
        d={sparklinePath(values, size)}
        fill="none"
        className="stroke-accent"
        strokeWidth={1.5}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      {values.map(
        (value, index) =>
          value === null && (
            <path
              // the values have no names but their places
              // oxlint-disable-next-line react/no-array-index-key
              key={index}
              d={`M${index * step - 2} ${size.height - 4}l4 4m0 -4l-4 4`}
              className="stroke-bad"
              strokeWidth={1.5}
            />
          ),
      )}
    </svg>
  );
}
