import type { Endpoint } from "@berth/api";
import type { ReactNode } from "react";
import { classNames } from "../parts/class-names.ts";
import { replicaWords } from "./endpoint-words.ts";

const shownAtMost = 12;

type Kind = "ready" | "starting" | "missing" | "draining";

const looks: Record<Kind, string> = {
  ready: "border-ok bg-ok",
  starting: "border-warn bg-[linear-gradient(90deg,var(--warn)_50%,transparent_50%)]",
  missing: "border-line-strong border-dashed",
  draining: "border-line-strong bg-line-strong",
};

/** One box a replica: full when it answers, half while it starts, empty while it is only wanted, grey while it drains. */
export function ReplicaStrip({ replicas }: { replicas: Endpoint["replicas"] }): ReactNode {
  const { wanted, ready, starting, draining } = replicas;
  const missing = Math.max(0, wanted - ready - starting);
  const boxes = [
    ...boxesOf("ready", ready),
    ...boxesOf("starting", starting),
    ...boxesOf("missing", missing),
    ...boxesOf("draining", draining),
  ];
  return (
    <>
      {boxes.length > 0 && (
        <span aria-hidden className="flex flex-wrap items-center gap-[3px] py-1">
          {boxes.slice(0, shownAtMost).map((kind, index) => (
            <span
              // boxes have no names but their places
              // oxlint-disable-next-line react/no-array-index-key
              key={index}
              className={classNames("size-2.5 rounded-[2px] border", looks[kind])}
            />
          ))}
          {boxes.length > shownAtMost && (
            <span className="text-xs text-ink-3">+{boxes.length - shownAtMost}</span>
          )}
        </span>
      )}
      <span className="block text-sm text-ink-2">{replicaWords(replicas)}</span>
    </>
  );
}

function boxesOf(kind: Kind, count: number): Kind[] {
  return Array.from({ length: Math.min(count, shownAtMost + 1) }, () => kind);
}
