import { homedir } from "node:os";
import { join } from "node:path";
import type { Profile } from "@berth/api";
import { createModelSource } from "@berth/catalog/directory";
import { createHub } from "@berth/catalog/huggingface";
import { createContainerImages } from "@berth/catalog/images";
import {
  createListingMemory,
  createRemoteContainerImages,
  createRemoteHub,
  createRemoteModelSource,
  type RunAsJob,
} from "@berth/catalog/remote";
import type { Engine } from "@berth/engines";
import { commandEngine } from "@berth/engines/command";
import { handlerEngine } from "@berth/engines/handler";
import { llamaCppEngine } from "@berth/engines/llama-cpp";
import { transformersJsEngine } from "@berth/engines/transformers-js";
import { whisperCppEngine } from "@berth/engines/whisper-cpp";
import { tgiEngine } from "@berth/engines/tgi";
import { vllmEngine } from "@berth/engines/vllm";
import { whisperEngine } from "@berth/engines/whisper";
import type { Launcher, RemoteHost } from "@berth/launchers";
import type { SchedulerMeter } from "@berth/launchers/cluster";
import { createLocalLauncher } from "@berth/launchers/local";
import { createHosts } from "@berth/launchers/remote";
import { createPlaceProgram, createSlurmLauncher, type Installer, type Packer } from "@berth/launchers/slurm";
import { systemClock } from "@berth/std/clock";
import type { Store } from "@berth/store";
import type { Config } from "./config.ts";
import { makeEnginePacks } from "./engine-packs.ts";
import type { Installation } from "./installation.ts";
import type { Sites } from "./sites.ts";
import { hubByPlace, imageSourceByPlace, modelSourceByPlace } from "./remote/by-place.ts";
import { runAsJob } from "./remote/run-as-job.ts";
import { type PlaceRunners, runThere, runThereSetUp } from "./remote/run-there.ts";

/** The demo model's name, everywhere. */
export const demoRepo = "berth/pilot";

/** How models can be served: adding an engine is a line here. */
export const engines: readonly Engine[] = [
  llamaCppEngine,
  transformersJsEngine,
  whisperCppEngine,
  vllmEngine,
  tgiEngine,
  whisperEngine,
  commandEngine,
  handlerEngine,
];

/** What launches on clusters share with all else that speaks to them. */
export interface ClusterParts {
  readonly sites: Pick<Sites, "placeOf">;
  readonly packer: Packer;
  readonly installer: Installer;
}

/** Where processes can run: adding a kind of profile is a line here. */
export function makeLaunchers(
  config: Config,
  installation: Installation,
  { sites, packer, installer }: ClusterParts,
): (profile: Profile) => Launcher {
  const local = createLocalLauncher({
    nodePath: process.execPath,
    runnerArgv: [installation.runnerEntry],
    launchesDir: (profile) => join(profile.home, "launches"),
    env: installation.hasEngines ? process.env : { ...process.env, BERTH_ENGINES_DIR: config.enginesDir },
    clock: systemClock,
  });
  const cluster = {
    nodePath: process.execPath,
    runnerEntry: installation.builtRunnerEntry,
    packer,
    installer,
    cacheDir: packsDir(config),
  };
  const slurm = createSlurmLauncher({
    ...cluster,
    hostOf: (profile) => sites.placeOf(profile).host,
    meterOf: (profile) => sites.placeOf(profile).meter,
    enginePacks: makeEnginePacks(cluster),
    clock: systemClock,
  });
  return (profile) => (profile.slurm === null ? local : slurm);
}

/** What was fetched and packed for clusters. */
export function packsDir(config: Config): string {
  return join(config.enginesDir, "clusters");
}

/** How clusters are spoken to. `changed` hears when one is reached in another way than before, or not any more. */
export function makeHosts(config: Config, changed: () => void) {
  return createHosts({
    controlDir: join(config.homeDir, "ssh"),
    userHome: homedir(),
    env: process.env,
    clock: systemClock,
    nodePath: process.execPath,
    changed,
  });
}

/** How our runner is run on clusters, to see to what lies there. */
export function makePlaceRunners(
  config: Config,
  installation: Installation,
  { sites, packer, installer }: ClusterParts,
): PlaceRunners {
  const hostOf = (profile: Profile): RemoteHost => sites.placeOf(profile).host;
  const program = createPlaceProgram({
    hostOf,
    nodePath: process.execPath,
    runnerEntry: installation.builtRunnerEntry,
    packer,
    installer,
    cacheDir: packsDir(config),
  });
  return { hostOf, program };
}

/** How it is run there as a Slurm job, for downloads and images alike. */
export function makeAsJob(sites: Pick<Sites, "placeOf">, homeId: string, places: PlaceRunners): RunAsJob {
  const meterOf = (profile: Profile): SchedulerMeter => sites.placeOf(profile).meter;
  return runAsJob({ ...places, meterOf, homeId, clock: systemClock });
}

const demoOf = ({ demoModelPath }: Installation) =>
  demoModelPath === undefined ? undefined : { path: demoModelPath, name: demoRepo };

/** Where models are found. */
export function makeModelSource(
  config: Config,
  installation: Installation,
  store: Store,
  places: PlaceRunners,
) {
  const demo = config.demo ? demoOf(installation) : undefined;
  const registered = async (profile: Profile) =>
    (await store.localModels.listLocalModels()).filter((row) => row.profile === profile.name);
  const memory = createListingMemory(join(config.homeDir, "clusters", "models"));
  return modelSourceByPlace(
    createModelSource({ registered, demo }),
    createRemoteModelSource({ runThere: runThere(places), memory, clock: systemClock, registered, demo }),
  );
}

/** Where models come from. */
export function makeHub(
  config: Config,
  installation: Installation,
  { places, asJob }: { readonly places: PlaceRunners; readonly asJob: RunAsJob },
) {
  const words = {
    endpoint: config.settings.HF_ENDPOINT,
    token: () => config.settings.HF_TOKEN,
    offline: () => config.settings.HF_HUB_OFFLINE,
    clock: systemClock,
  };
  const here = createHub({ ...words, fetch });
  return hubByPlace(
    here,
    createRemoteHub({
      ...words,
      hub: here,
      runThere: runThere(places),
      asJob,
      stagingHome: join(config.homeDir, "clusters", "staging"),
      // whoever names it wants it, listed or not
      demo: demoOf(installation),
      random: Math.random,
    }),
  );
}

/** Where container images lie, and how they get there. */
export function makeImageSource({
  places,
  asJob,
}: {
  readonly places: PlaceRunners;
  readonly asJob: RunAsJob;
}) {
  return imageSourceByPlace(
    createContainerImages({ fetch, clock: systemClock, engines: true }),
    createRemoteContainerImages({
      runThere: runThere(places),
      pullThere: runThereSetUp(places),
      asJob,
      clock: systemClock,
      random: Math.random,
    }),
  );
}
