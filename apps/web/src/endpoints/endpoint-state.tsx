import type { DeploymentStatus, EndpointStatus } from "@berth/api";
import type { ReactNode } from "react";
import { State, type Tone } from "../parts/state.tsx";

interface Sign {
  readonly tone: Tone;
  readonly shape: string;
  readonly word: string;
  /** Where it stands when sorted: what needs a person first. */
  readonly rank: number;
}

export const endpointSigns: Record<EndpointStatus, Sign> = {
  FAILED: { tone: "bad", shape: "✕", word: "Failed", rank: 0 },
  UNHEALTHY: { tone: "warn", shape: "▲", word: "Unhealthy", rank: 1 },
  DEPLOYING: { tone: "warn", shape: "◐", word: "Deploying", rank: 2 },
  STARTING: { tone: "warn", shape: "◐", word: "Starting", rank: 3 },
  HEALTHY: { tone: "ok", shape: "●", word: "Healthy", rank: 4 },
  SCALED_DOWN: { tone: "wait", shape: "○", word: "Scaled down", rank: 5 },
  CREATED: { tone: "off", shape: "○", word: "Not deployed", rank: 6 },
  PAUSED: { tone: "off", shape: "■", word: "Paused", rank: 7 },
};

export function EndpointState({ status }: { status: EndpointStatus }): ReactNode {
  const { tone, shape, word } = endpointSigns[status];
  return <State tone={tone} shape={shape} word={word} />;
}

const deploymentSigns: Record<DeploymentStatus, Omit<Sign, "rank">> = {
  DEPLOYING: { tone: "warn", shape: "◐", word: "Deploying" },
  COMPLETED: { tone: "ok", shape: "●", word: "Completed" },
  FAILED: { tone: "bad", shape: "✕", word: "Failed" },
  CANCELLED: { tone: "off", shape: "■", word: "Cancelled" },
};

export function DeploymentState({ status }: { status: DeploymentStatus }): ReactNode {
  const { tone, shape, word } = deploymentSigns[status];
  return <State tone={tone} shape={shape} word={word} />;
}
