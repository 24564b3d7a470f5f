import type { Partition } from "@berth/api";
import type { ReactNode } from "react";
import { formatCount } from "../format/size.ts";
import { classNames } from "../parts/class-names.ts";

type Nodes = Partition["nodes"];

const parts = [
  { name: "idle", word: "idle", colour: "bg-ok" },
  { name: "mixed", word: "partly used", colour: "bg-wait" },
  { name: "busy", word: "busy", colour: "bg-line-strong" },
  { name: "away", word: "away", colour: "bg-bad" },
] as const satisfies readonly { name: keyof Nodes; word: string; colour: string }[];

/** A partition's nodes as one bar and in words: what is idle, partly used, busy, and away. */
export function NodeBar({ nodes }: { nodes: Nodes }): ReactNode {
  const present = parts.filter(({ name }) => nodes[name] > 0);
  return (
    <div>
      <div aria-hidden className="flex h-2 gap-px overflow-hidden rounded-full bg-sunk">
        {present.map(({ name, colour }) => (
          <span key={name} className={classNames("min-w-1", colour)} style={{ flexGrow: nodes[name] }} />
        ))}
      </div>
      <p className="mt-1 flex flex-wrap gap-x-3 text-sm text-ink-2">
        {present.map(({ name, word, colour }) => (
          <span key={name} className="inline-flex items-center gap-1.5 whitespace-nowrap">
            <span aria-hidden className={classNames("size-2 rounded-[2px]", colour)} />
            {formatCount(nodes[name])} {word}
          </span>
        ))}
        <span className="text-ink-3">of {formatCount(nodes.total)} nodes</span>
      </p>
    </div>
  );
}

/** How many of one kind are free, as a short bar and a number. */
export function FreeOf({ what, free, total }: { what: string; free: number; total: number }): ReactNode {
  return (
    <span className="inline-flex items-center gap-1.5 text-sm whitespace-nowrap">
      <span className="font-mono text-xs">{what}</span>
      <span aria-hidden className="inline-flex h-1.5 w-10 overflow-hidden rounded-full bg-line">
        <span className="bg-ok" style={{ width: `${total === 0 ? 0 : (free / total) * 100}%` }} />
      </span>
      <span className={free === 0 ? "text-ink-3" : "text-ink-2"}>
        {formatCount(free)} of {formatCount(total)} free
      </span>
    </span>
  );
}
