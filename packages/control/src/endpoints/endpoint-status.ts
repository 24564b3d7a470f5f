import type { EndpointStatus } from "@berth/api";
import type { DeploymentRow, EndpointRow } from "@berth/store";

export interface StatusFacts {
  readonly deployments: readonly DeploymentRow[];
  readonly ready: number;
  readonly starting: number;
  readonly wanted: number;
  /** Something keeps replicas from being ready that are asked for. */
  readonly isFailing: boolean;
  /** Why there are as many replicas as there are. */
  readonly decision: string | null;
  /** What the next replica waits for. */
  readonly coming: string | null;
}

/** What is told of an endpoint in a word, and why. */
export function endpointStatus(
  row: EndpointRow,
  facts: StatusFacts,
): { readonly status: EndpointStatus; readonly statusReason: string | null } {
  const { deployments, ready, starting, wanted, isFailing, decision, coming } = facts;
  const told = (status: EndpointStatus, statusReason: string | null = null) => ({ status, statusReason });
  if (row.isDeleted) return told("PAUSED", "it is being deleted");
  if (row.isPaused) return told("PAUSED", "paused, as asked");
  const isDeployed = row.currentDeployment !== null || row.nextDeployment !== null;
  if (row.configuration.template === null && !isDeployed)
    return told("HEALTHY", "workers of your own take its jobs");
  const last = deployments.at(-1);
  if (row.nextDeployment !== null)
    return told("DEPLOYING", coming ?? `deployment ${row.nextDeployment} is being rolled out`);
  if (row.currentDeployment === null)
    return last === undefined
      ? told("CREATED", "deploy it to make it answer")
      : told("FAILED", `deployment ${last.number}: ${last.statusReason ?? last.status}`);
  const failed =
    last !== undefined && last.status === "FAILED"
      ? `deployment ${last.number} has failed, ${row.currentDeployment} goes on: ${last.statusReason}`
      : null;
  if (ready > 0) return told("HEALTHY", failed);
  if (isFailing) return told("UNHEALTHY", decision);
  if (starting > 0 || wanted > 0) return told("STARTING", coming ?? decision);
  return told("SCALED_DOWN", failed ?? "the next call starts a replica");
}
