import type { ReactNode } from "react";

export function BrandMark({ size = 20 }: { size?: number }): ReactNode {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden
      fill="none"
      stroke="currentColor"
      strokeWidth="2.2"
      strokeLinecap="round"
      className="text-accent"
    >
      <path d="M4 20V9m0 4h9a4 4 0 0 0 4-4V4M4 17h13a3 3 0 0 0 3-3V8" />
    </svg>
  );
}
