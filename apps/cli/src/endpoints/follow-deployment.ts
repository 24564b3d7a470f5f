import type { Deployment, Endpoint } from "@berth/api";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { untilInterrupted } from "../interrupt.ts";
import { lookUntil } from "../look-until.ts";
import { tellDiagnosis } from "../services/tell-diagnosis.ts";
import { relativeTime } from "../terminal/relative-time.ts";
import { StatusLine } from "../terminal/status-line.ts";

interface Sight {
  readonly deployment: Deployment;
  readonly endpoint: Endpoint;
}

/** Shows how the deployment goes, and resolves when it is COMPLETED. Throws with its reason when it ends otherwise. */
export async function followDeployment(
  cli: Cli,
  { id, fullName }: Endpoint,
  { number }: Deployment,
): Promise<Deployment> {
  const line = new StatusLine(cli.io.stderr);
  try {
    const { deployment, endpoint } = await untilInterrupted(
      `interrupted; the deployment goes on (berth endpoint deployments ${fullName})`,
      (signal) =>
        lookUntil<Sight>({
          signal,
          look: () => look(cli, id, number, signal),
          reached: (seen) => seen.deployment.status !== "DEPLOYING",
          onLook: (seen) => line.show(progressOf(seen, cli.io.now()), milestoneOf(seen)),
          still: () => `deployment ${number} of ${fullName} is still under way`,
        }),
    );
    line.clear();
    if (deployment.status !== "COMPLETED") throw await tellFailure(cli, endpoint, deployment);
    return deployment;
  } finally {
    line.clear();
  }
}

async function look(cli: Cli, id: string, number: number, signal: AbortSignal): Promise<Sight> {
  const client = cli.client();
  const { data } = await client.listDeployments({ params: { id }, signal });
  const deployment = data.find((each) => each.number === number);
  if (deployment === undefined)
    throw new CliError("notFound", `deployment ${number} is gone: the endpoint was removed`);
  return { deployment, endpoint: await client.getEndpoint({ params: { id }, signal }) };
}

/** `me/pilot: deployment 2 DEPLOYING (1 starting, ready in 20 sec)`. */
function progressOf({ deployment, endpoint }: Sight, nowMs: number): string {
  const { replicas, expectedReadyAt } = endpoint;
  const facts = [
    ...(deployment.statusReason === null ? [] : [deployment.statusReason]),
    ...(replicas.ready > 0 ? [`${replicas.ready} ready`] : []),
    ...(replicas.starting > 0 ? [`${replicas.starting} starting`] : []),
    ...(expectedReadyAt === null ? [] : [`ready ${relativeTime(Math.max(nowMs, expectedReadyAt), nowMs)}`]),
  ];
  return `${milestoneOf({ deployment, endpoint })}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
}

function milestoneOf({ deployment: { number, status }, endpoint: { fullName } }: Sight): string {
  return `${fullName}: deployment ${number} ${status}`;
}

/** Prints the end of the failing replica's log, and gives the error that says why in one line. */
async function tellFailure(cli: Cli, endpoint: Endpoint, deployment: Deployment): Promise<CliError> {
  const { number, status, statusReason } = deployment;
  if (cli.options.json === true) cli.printJson(deployment);
  else await tellReplica(cli, endpoint.id, number);
  const why = statusReason === null ? "" : ` (${statusReason})`;
  const { currentDeployment } = endpoint;
  const stays = currentDeployment === null ? "" : `; deployment ${currentDeployment} goes on answering`;
  return new CliError("failed", `deployment ${number} of ${endpoint.fullName} is ${status}${why}${stays}`);
}

/** Of several that failed, the last: the others mostly say the same. */
async function tellReplica(cli: Cli, id: string, number: number): Promise<void> {
  const { data } = await cli.client().listReplicas({ params: { id }, query: { all: "true" } });
  const [failing] = data
    .filter(({ replicaOf, logTail }) => replicaOf?.deployment === number && (logTail?.length ?? 0) > 0)
    .toSorted((a, b) => b.updatedAt - a.updatedAt);
  if (failing === undefined) return;
  cli.note(`The end of the log of ${failing.name}:`);
  for (const text of failing.logTail ?? []) cli.note(`  ${text}`);
  tellDiagnosis(cli, failing);
}
