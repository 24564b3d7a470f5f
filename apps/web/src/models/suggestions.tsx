import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { systemQuery } from "../api/queries.ts";
import { formatBytes, formatMiB } from "../format/size.ts";
import { suggested } from "./suggested.ts";

/** A few real models with their size and memory need, and whether they fit this machine now. */
export function Suggestions(): ReactNode {
  const freeMiB = useQuery(systemQuery).data?.memory.freeMiB;
  return (
    <ul aria-label="Suggested models" className="border-b border-line">
      {suggested.map(({ repo, variant, parameters, sizeBytes, memoryMiB, goodFor }) => (
        <li key={repo} className="border-t border-line first:border-0">
          <Link
            to="/models/repo/$"
            params={{ _splat: repo }}
            className="block px-3.5 py-2 text-left -outline-offset-2 hover:bg-sunk"
          >
            <span className="flex flex-wrap items-baseline justify-between gap-x-4">
              <b className="font-[550] wrap-anywhere">{repo}</b>
              {freeMiB !== undefined && <Fit needed={memoryMiB} free={freeMiB} />}
            </span>
            <span className="block text-sm text-ink-2">{goodFor}</span>
            <span className="flex flex-wrap gap-x-3 font-mono text-xs text-ink-3">
              <span>{parameters} parameters</span>
              <span>{variant}</span>
              <span>{formatBytes(sizeBytes)}</span>
              <span>needs ≈ {formatMiB(memoryMiB)}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Fit({ needed, free }: { needed: number; free: number }): ReactNode {
  return needed <= free ? (
    <span className="text-sm text-ok">● fits now</span>
  ) : (
    <span className="text-sm text-warn">▲ needs more memory than is free</span>
  );
}
