/**
 * Launches on Slurm clusters, as jobs of the profile's user, through one command at a time on the login node. All that
 * must be known of a launch stands on the cluster's disk and in Slurm; what is held in memory can be found again.
 */
import { BerthError, type Profile } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { SchedulerMeter } from "../cluster/index.ts";
import type { Launcher, LaunchRef, LaunchRequest, Observation, PreviewingLauncher } from "../launcher.ts";
import type { RemoteHost } from "../remote/remote-host.ts";
import { expectedStartOf } from "./expected-start.ts";
import { followLog } from "./follow-log.ts";
import { forgetCommand, submittedExit } from "./forget-script.ts";
import type { Installer } from "./install/installer.ts";
import type { Packer } from "./install/packer.ts";
import type { Pack } from "./install/pack.ts";
import { RuntimePacks } from "./install/runtime-packs.ts";
import { launchPlaceOf } from "./launch-place.ts";
import { placeProgram } from "./place-program.ts";
import { planLaunch, previewOf } from "./plan-launch.ts";
import { Site } from "./site.ts";
import { stopLaunch } from "./stop-launch.ts";
import { submitLaunch } from "./submit-launch.ts";

export { Installer } from "./install/installer.ts";
export { Packer } from "./install/packer.ts";
export { nodeArch } from "./install/node-arch.ts";
export type { Pack } from "./install/pack.ts";
export { createPlaceProgram, type PlaceProgramOptions } from "./place-program.ts";

export interface SlurmLauncherOptions {
  /** The one host of the profile's cluster, shared with all who speak to it. */
  readonly hostOf: (profile: Profile) => RemoteHost;
  /** The one meter of the profile's cluster. */
  readonly meterOf: (profile: Profile) => SchedulerMeter;
  /** This process's Node, which clusters get too where it runs there. */
  readonly nodePath: string;
  /** The runner's built entry; what it loads lies beside it. */
  readonly runnerEntry: string;
  /** Packs what clusters get, and keeps it. */
  readonly packer: Packer;
  /** On this machine: what was fetched for clusters. Made when absent. */
  readonly cacheDir: string;
  /** Shared with all who install there. */
  readonly installer: Installer;
  /** What the engine needs there beside the runner, for machines as `uname -m` calls them. */
  readonly enginePacks?: (
    request: LaunchRequest,
    machine: string,
    signal: AbortSignal,
  ) => Promise<readonly Pack[]>;
  readonly clock: Clock;
}

export function createSlurmLauncher(options: SlurmLauncherOptions): Launcher & PreviewingLauncher {
  const { hostOf, meterOf, clock, installer, enginePacks = async () => [] } = options;
  const runtimes = new RuntimePacks({
    nodePath: options.nodePath,
    runnerEntry: options.runnerEntry,
    cacheDir: options.cacheDir,
    packer: options.packer,
  });
  const program = placeProgram({ hostOf, installer, runtimes });
  const sites = new WeakMap<RemoteHost, Site>();
  const siteOf = (profile: Profile): Site => {
    const host = hostOf(profile);
    let site = sites.get(host);
    if (site === undefined) {
      site = new Site({ host, meter: meterOf(profile), clock, installer, program });
      sites.set(host, site);
    }
    return site;
  };
  const observeOne = async (ref: LaunchRef, signal: AbortSignal): Promise<Observation> => {
    const seen = await siteOf(ref.profile).observe([ref], signal);
    return seen.get(ref.launchId) ?? { kind: "unknown", reason: "it was not looked at" };
  };

  return {
    async launch(request, signal, tell = () => undefined) {
      const site = siteOf(request.profile);
      const machine = await site.machine(signal);
      const runtime = await runtimes.runtimeFor(machine, request.profile.slurm?.node, signal);
      const engines = await enginePacks(request, machine, signal);
      const plan = planLaunch(request, runtime);
      return submitLaunch(site, plan, { packs: [...runtime.packs, ...engines], tell }, signal);
    },

    async observe(refs, signal) {
      const bySite = Map.groupBy(refs, ({ profile }) => siteOf(profile));
      const seen = await Promise.all([...bySite].map(([site, its]) => site.observe(its, signal)));
      return new Map(seen.flatMap((observations) => [...observations]));
    },

    stop: (ref, { graceMs }, signal) => stopLaunch(siteOf(ref.profile), launchPlaceOf(ref), graceMs, signal),

    logs(ref, log, signal) {
      const isOver = async (): Promise<boolean> => {
        const { kind } = await observeOne(ref, signal);
        return kind === "exited" || kind === "absent";
      };
      const { host } = siteOf(ref.profile);
      return followLog({
        ...log,
        host,
        place: launchPlaceOf(ref),
        launchId: ref.launchId,
        isOver,
        clock,
        signal,
      });
    },

    async forget(ref, signal) {
      const site = siteOf(ref.profile);
      const place = launchPlaceOf(ref);
      const { kind, ...seen } = await observeOne(ref, signal);
      if (kind === "running" || kind === "queued")
        throw new BerthError("conflict", `${ref.launchId} is ${kind}: stop it before it is forgotten`);
      if (kind === "unknown") {
        const reason = "reason" in seen ? seen.reason : "";
        throw new BerthError("conflict", `${ref.launchId} may be running: ${reason}`);
      }
      const answer = await site.host.run(forgetCommand(place, kind === "absent"), signal);
      if (answer.exitCode === submittedExit)
        throw new BerthError("conflict", `${ref.launchId} was launched just now`);
      if (answer.exitCode !== 0)
        throw new BerthError("unprocessable", `${place.dir} could not be removed: ${answer.stderr.trim()}`);
      await site.watch.forget(place);
    },

    preview: (request) => previewOf(request),

    expectedStart: (request, signal) => expectedStartOf(siteOf(request.profile), request, signal),
  };
}
