import type { Deployment, Endpoint } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { orFetch } from "../launch/or-fetch.ts";
import { followDeployment } from "./follow-deployment.ts";

export interface DeployOptions {
  readonly wakeup: boolean;
  readonly wait: boolean;
}

/** Said outright: commander sets the default of a negated option before commands are loaded. */
export function addDeployOptions(command: Command): Command {
  return command
    .option("--no-wakeup", "leave it without a replica once it is known to start", true)
    .option("--no-wait", "do not wait until it is rolled out", true);
}

/** Rolls out what the endpoint is configured to be, offering to download a model that is only missing. */
export async function deployEndpoint(cli: Cli, endpoint: Endpoint, options: DeployOptions): Promise<void> {
  const { id, configuration } = endpoint;
  const profile = configuration.profiles[0];
  const model = configuration.template?.model;
  const started = await orFetch(
    cli,
    { ...(model === undefined ? {} : { model }), ...(profile === undefined ? {} : { profile }) },
    () => cli.client().deployEndpoint({ params: { id }, body: { wakeup: options.wakeup } }),
  );
  await tellDeployment(cli, endpoint, started, options);
}

/** Follows a deployment that has been ordered, and says how it went. Throws when it fails. */
export async function tellDeployment(
  cli: Cli,
  endpoint: Endpoint,
  started: Deployment,
  { wait }: Pick<DeployOptions, "wait">,
): Promise<void> {
  const deployment = wait ? await followDeployment(cli, endpoint, started) : started;
  if (cli.options.json === true) return cli.printJson(deployment);
  const { number, status } = deployment;
  cli.done(`${status === "COMPLETED" ? "Deployed" : "Deploying"} ${endpoint.fullName}: deployment ${number}`);
}
