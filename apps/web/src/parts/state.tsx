import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

export type Tone = "ok" | "warn" | "bad" | "wait" | "off";

const tones: Record<Tone, string> = {
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
  wait: "text-wait",
  off: "text-ink-3",
};

/** A state as a shape and a word; the colour only helps. */
export function State({ tone, shape, word }: { tone: Tone; shape: string; word: string }): ReactNode {
  return (
    <span
      className={classNames("inline-flex items-baseline gap-1.5 font-[520] whitespace-nowrap", tones[tone])}
    >
      <Shape tone={tone} shape={shape} />
      {word}
    </span>
  );
}

export function Shape({ tone, shape }: { tone: Tone; shape: string }): ReactNode {
  return (
    <span aria-hidden className={classNames("inline-block w-3 text-center text-[11px]", tones[tone])}>
      {shape}
    </span>
  );
}
