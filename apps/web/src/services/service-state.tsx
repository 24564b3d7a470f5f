import type { ServiceStatus } from "@berth/api";
import type { ReactNode } from "react";
import { State, type Tone } from "../parts/state.tsx";

interface Sign {
  readonly tone: Tone;
  readonly shape: string;
  readonly word: string;
  /** Where it stands when sorted: what needs a person first. */
  readonly rank: number;
}

export const serviceSigns: Record<ServiceStatus, Sign> = {
  FAILED: { tone: "bad", shape: "✕", word: "Failed", rank: 0 },
  TIMEOUT: { tone: "bad", shape: "✕", word: "Timed out", rank: 1 },
  PREEMPTED: { tone: "bad", shape: "✕", word: "Preempted", rank: 2 },
  UNHEALTHY: { tone: "warn", shape: "▲", word: "Unhealthy", rank: 3 },
  SUBMITTED: { tone: "wait", shape: "○", word: "Submitted", rank: 4 },
  PENDING: { tone: "wait", shape: "○", word: "Pending", rank: 5 },
  STARTING: { tone: "warn", shape: "◐", word: "Starting", rank: 6 },
  HEALTHY: { tone: "ok", shape: "●", word: "Healthy", rank: 7 },
  STOPPING: { tone: "off", shape: "◐", word: "Stopping", rank: 8 },
  STOPPED: { tone: "off", shape: "■", word: "Stopped", rank: 9 },
};

export function ServiceState({ status }: { status: ServiceStatus }): ReactNode {
  const { tone, shape, word } = serviceSigns[status];
  return <State tone={tone} shape={shape} word={word} />;
}

/** It failed and stays so: a person must decide. */
export function isFailure(status: ServiceStatus): boolean {
  return serviceSigns[status].tone === "bad";
}

/** Copied from the contract's `hasEnded`, whose module would bring the schema library into the page. */
export function isOver(status: ServiceStatus): boolean {
  return isFailure(status) || status === "STOPPED";
}
