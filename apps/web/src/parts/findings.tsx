import type { Check, RepairStep } from "@berth/api";
import type { ReactNode } from "react";
import { Shape, type Tone } from "./state.tsx";

interface Sign {
  readonly tone: Tone;
  readonly shape: string;
  readonly word: string;
}

const signs: Record<Check["status"] | RepairStep["status"], Sign> = {
  ok: { tone: "ok", shape: "●", word: "Fine" },
  repaired: { tone: "ok", shape: "●", word: "Repaired" },
  warning: { tone: "warn", shape: "▲", word: "Warning" },
  failed: { tone: "bad", shape: "✕", word: "Failed" },
};

export type Finding = (Check | RepairStep) & { readonly fix?: string | null };

/** What was found or done, one line each, with what to do about it. */
export function Findings({ label, findings }: { label: string; findings: readonly Finding[] }): ReactNode {
  return (
    <ul aria-label={label} className="flex flex-col gap-1.5">
      {findings.map(({ id, status, message, fix = null }) => {
        const { tone, shape, word } = signs[status];
        return (
          <li key={`${id} ${message}`} className="grid grid-cols-[14px_minmax(0,1fr)] gap-x-1.5">
            <Shape tone={tone} shape={shape} />
            <span className="wrap-anywhere">
              <span className="sr-only">{word}: </span>
              {message}
              <span className="ml-1.5 font-mono text-xs text-ink-3">{id}</span>
              {fix !== null && <span className="block text-sm text-ink-2">{fix}</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
