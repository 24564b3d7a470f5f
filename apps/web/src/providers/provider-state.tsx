import type { ProviderStatus } from "@berth/api";
import type { ReactNode } from "react";
import { State, type Tone } from "../parts/state.tsx";

interface Sign {
  readonly tone: Tone;
  readonly shape: string;
  readonly word: string;
  /** Where it stands when sorted: what needs a person first. */
  readonly rank: number;
}

export const providerSigns: Readonly<Record<ProviderStatus, Sign>> = {
  down: { tone: "bad", shape: "✕", word: "Down", rank: 0 },
  degraded: { tone: "warn", shape: "▲", word: "Degraded", rank: 1 },
  unknown: { tone: "wait", shape: "○", word: "Not looked at", rank: 2 },
  up: { tone: "ok", shape: "●", word: "Up", rank: 3 },
  off: { tone: "off", shape: "■", word: "Off", rank: 4 },
};

export function ProviderState({ status }: { status: ProviderStatus }): ReactNode {
  const { tone, shape, word } = providerSigns[status];
  return <State tone={tone} shape={shape} word={word} />;
}
