import { type Check, type Cluster, type ErrorCode, isBerthError, type Profile } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { RemoteHost } from "../remote/remote-host.ts";
import type { ClusterFacts } from "./cluster-facts.ts";
import { clusterVerdicts } from "./cluster-verdicts.ts";
import { deepCheck } from "./deep-check.ts";
import { lookScript } from "./look-script.ts";
import { lookVerdicts } from "./look-verdicts.ts";
import type { SchedulerMeter } from "./scheduler-meter.ts";
import { readSections } from "./sections.ts";
import { tryPort } from "./try-port.ts";
import { failed, fine, warning } from "./verdict.ts";

export interface CheckSiteOptions {
  readonly profile: Profile;
  readonly host: RemoteHost;
  readonly facts: ClusterFacts;
  readonly meter: SchedulerMeter;
  readonly clock: Clock;
  /** Where models come from. */
  readonly hubUrl: string;
  /** Also by a Slurm job on a compute node. */
  readonly deep: boolean;
  /** How long that job may wait for its start. */
  readonly deepWaitMs?: number;
}

const defaultDeepWaitMs = 90_000;
const bannerMs = 10_000;
const freshMs = 15_000;

/** Looks at all that a cluster's profile needs. What cannot be looked at is a failed check; nothing is thrown but the signal's reason. */
export async function checkSite(options: CheckSiteOptions, signal: AbortSignal): Promise<readonly Check[]> {
  const connection = await guarded("connection", signal, () => connectionVerdict(options, signal));
  if (connection.some(({ status }) => status === "failed")) return connection;
  const looked = await guarded("login-node", signal, () => look(options, signal));
  let cluster: Cluster | undefined;
  const scheduler = await guarded("scheduler", signal, async () => {
    cluster = await options.facts.read({ refresh: true }, signal);
    return [schedulerVerdict(cluster, options), ...clusterVerdicts(options.profile, cluster)];
  });
  const forwarding = await guarded("forwarding", signal, () => forwardingVerdict(options, signal));
  const { deep, deepWaitMs: waitMs = defaultDeepWaitMs } = options;
  const far = deep
    ? await guarded("compute-node", signal, () => deepCheck({ ...options, cluster, waitMs }, signal))
    : [];
  return [...connection, ...looked, ...scheduler, ...forwarding, ...far];
}

async function guarded(
  id: string,
  signal: AbortSignal,
  work: () => Promise<readonly Check[]>,
): Promise<readonly Check[]> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw error;
    return [failed(id, (error as Error).message, fixOf(error))];
  }
}

const fixes: Partial<Record<ErrorCode, string>> = {
  login_required: "log in: `berth profile login NAME`",
  host_key_refused:
    "see whose key it is: `berth profile login NAME` shows it; a changed one is the site's to explain",
  host_unreachable:
    "try `ssh` to it by hand; VPN, host name, ProxyJump and ~/.ssh/config are the usual causes",
  upstream_failed: "nothing is wrong with what runs; try again when the scheduler answers",
};

function fixOf(error: unknown): string {
  return (isBerthError(error) ? fixes[error.code] : undefined) ?? "mend what it names, and look again";
}

async function connectionVerdict(
  { profile, host }: CheckSiteOptions,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { exitCode, stdout, stderr } = await host.run(
    { script: 'printf \'%s@%s\' "$(id -un)" "$(uname -n)"' },
    signal,
  );
  return exitCode === 0
    ? [fine("connection", `${profile.slurm?.host ?? "this machine"} answers as ${stdout.trim()}`)]
    : [
        failed(
          "connection",
          `the shell there fails: ${stderr.trim()}`,
          "log in by hand and mend the start-up files of the shell",
        ),
      ];
}

async function look(options: CheckSiteOptions, signal: AbortSignal): Promise<readonly Check[]> {
  const { profile, host, clock } = options;
  const sentMs = clock.now();
  const { stdout } = await host.run({ script: lookScript(options) }, signal);
  return lookVerdicts(profile, readSections(stdout), { sentMs, answeredMs: clock.now() });
}

/** The budget may not have allowed a fresh look. */
function schedulerVerdict({ seenAt }: Cluster, { clock, meter }: CheckSiteOptions): Check {
  const ageSeconds = Math.round((clock.now() - seenAt) / 1000);
  return ageSeconds * 1000 <= freshMs
    ? fine("scheduler", "the scheduler answers")
    : warning(
        "scheduler",
        `the scheduler was asked ${meter.lastMinute} times within the last minute and is left in peace: what follows is ${ageSeconds} s old`,
        "look again in a minute",
      );
}

/** By the login node's own sshd, which greets everybody first. */
async function forwardingVerdict({ host }: CheckSiteOptions, signal: AbortSignal): Promise<readonly Check[]> {
  const { transport, heard } = await tryPort(
    host,
    { host: "127.0.0.1", port: 22 },
    { waitMs: bannerMs },
    signal,
  );
  const id = "forwarding";
  switch (transport) {
    case "direct":
      return [fine(id, "Berth runs on the login node: ports of compute nodes are reached directly")];
    case "forward":
      return [fine(id, `requests travel by SSH forwarding${heard === undefined ? "" : ", which works"}`)];
    case "relay":
      return [
        heard === undefined
          ? failed(
              id,
              "SSH forwarding is off there, and no command (python3, bash or nc) carries a connection either",
              "see whether commands there may open connections; or ask the site for AllowTcpForwarding",
            )
          : warning(
              id,
              "SSH forwarding is off there (AllowTcpForwarding): requests travel by a relay on the login node",
              "nothing need be done; forwarding would be a little faster",
            ),
      ];
  }
}
