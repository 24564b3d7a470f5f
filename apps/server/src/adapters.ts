import { homedir } from "node:os";
import { join } from "node:path";
import type { Profile } from "@berth/api";
import { createModelSource } from "@berth/catalog/directory";
import { createHub } from "@berth/catalog/huggingface";
import type { Engine } from "@berth/engines";
import { commandEngine } from "@berth/engines/command";
import { llamaCppEngine } from "@berth/engines/llama-cpp";
import { transformersJsEngine } from "@berth/engines/transformers-js";
import { whisperCppEngine } from "@berth/engines/whisper-cpp";
import type { Launcher } from "@berth/launchers";
import { createLocalLauncher } from "@berth/launchers/local";
import { createHosts } from "@berth/launchers/remote";
import { systemClock } from "@berth/std/clock";
import type { Store } from "@berth/store";
import type { Config } from "./config.ts";
import type { Installation } from "./installation.ts";

/** The demo model's name, everywhere. */
export const demoRepo = "berth/pilot";

/** How models can be served: adding an engine is a line here. */
export const engines: readonly Engine[] = [
  llamaCppEngine,
  transformersJsEngine,
  whisperCppEngine,
  commandEngine,
];

/** Where processes can run: adding a kind of profile is a line here. */
export function makeLaunchers(config: Config, installation: Installation): (profile: Profile) => Launcher {
  const local = createLocalLauncher({
    nodePath: process.execPath,
    runnerArgv: [installation.runnerEntry],
    launchesDir: (profile) => join(profile.home, "launches"),
    env: installation.hasEngines ? process.env : { ...process.env, BERTH_ENGINES_DIR: config.enginesDir },
    clock: systemClock,
  });
  return () => local;
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

/** Where models are found. */
export function makeModelSource(store: Store, demoModelPath: string | undefined) {
  return createModelSource({
    registered: async (profile) =>
      (await store.localModels.listLocalModels()).filter((row) => row.profile === profile.name),
    demo: demoModelPath === undefined ? undefined : { path: demoModelPath, name: demoRepo },
  });
}

/** Where models come from. */
export function makeHub(config: Config) {
  return createHub({
    endpoint: config.settings.HF_ENDPOINT,
    token: () => config.settings.HF_TOKEN,
    offline: () => config.settings.HF_HUB_OFFLINE,
    fetch,
    clock: systemClock,
  });
}
