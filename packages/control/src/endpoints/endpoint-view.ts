import { isDeepStrictEqual } from "node:util";
import type { Deployment, Endpoint } from "@berth/api";
import type { DeploymentRow, EndpointRow } from "@berth/store";
import type { Traffic } from "./endpoint-meter.ts";
import type { EndpointState } from "./endpoint-state.ts";
import { endpointStatus } from "./endpoint-status.ts";
import { hideConfiguration } from "./hidden-values.ts";
import type { Replica } from "./replica.ts";

export interface ViewFacts {
  readonly deployments: readonly DeploymentRow[];
  readonly replicas: readonly Replica[];
  readonly state: EndpointState;
  readonly traffic: Traffic;
  readonly jobs: Endpoint["jobs"];
  readonly expectedReadyAt: number | null;
}

/** The endpoint as people see it: what is stored, and what is true at the moment. */
export function viewEndpoint(row: EndpointRow, facts: ViewFacts): Endpoint {
  const { deployments, replicas, state, traffic, jobs } = facts;
  const { isPaused: _paused, isDeleted: _deleted, formerNames: _former, ...shown } = row;
  const { wanted, trouble, decision } = state;
  const coming = state.comingTo(row);
  const isFailing = trouble !== null;
  const serving = replicas.filter(({ drainingSince }) => drainingSince === null);
  const ready = serving.filter(({ phase }) => phase === "ready").length;
  const starting = serving.filter(({ phase }) => phase === "starting").length;
  const deployed = deployments.find(({ number }) => number === (row.nextDeployment ?? row.currentDeployment));
  const base = `/e/${encodeURIComponent(row.owner)}/${encodeURIComponent(row.name)}`;
  return {
    ...shown,
    ...endpointStatus(row, { deployments, ready, starting, wanted, isFailing, decision, coming }),
    configuration: hideConfiguration(row.configuration),
    fullName: `${row.owner}/${row.name}`,
    hasChanges:
      row.configuration.template !== null && !isDeepStrictEqual(deployed?.configuration, row.configuration),
    replicas: {
      wanted,
      ready,
      starting,
      draining: replicas.filter(
        ({ phase, drainingSince }) => phase === "stopping" || (phase === "ready" && drainingSince !== null),
      ).length,
    },
    // calls of jobs count as traffic at their end
    inFlight: Math.max(
      traffic.inFlight,
      replicas.reduce((sum, replica) => sum + replica.inFlight, 0),
    ),
    waiting: traffic.held,
    jobs,
    expectedReadyAt: ready > 0 ? null : facts.expectedReadyAt,
    decision,
    paths: { predict: `${base}/predict`, openai: `${base}/v1`, health: `${base}/healthcheck` },
  };
}

export function viewDeployment(row: EndpointRow, deployment: DeploymentRow): Deployment {
  return {
    ...deployment,
    configuration: hideConfiguration(deployment.configuration),
    isCurrent: deployment.number === row.currentDeployment,
  };
}
