import type { ReactNode } from "react";
import { formatSpan } from "../format/time.ts";
import { Sparkline } from "../parts/sparkline.tsx";
import { latencyWords } from "./latency-words.ts";

/** How long the last looks took, as a line and as the last number. */
export function Latency({ latenciesMs }: { latenciesMs: readonly (number | null)[] }): ReactNode {
  const last = latenciesMs.at(-1);
  if (last === undefined) return "–";
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      {latenciesMs.length > 1 && <Sparkline values={latenciesMs} label={latencyWords(latenciesMs)} />}
      <span className="font-mono text-sm whitespace-nowrap">
        {last === null ? "no answer" : formatSpan(last)}
      </span>
    </span>
  );
}
