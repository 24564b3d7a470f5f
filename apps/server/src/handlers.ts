import { hostname } from "node:os";
import {
  conversationHandlers,
  downloadHandlers,
  endpointHandlers,
  hubHandlers,
  imageHandlers,
  keyHandlers,
  loginHandlers,
  modelHandlers,
  modelRouteHandlers,
  profileHandlers,
  providerHandlers,
  secretHandlers,
  serviceHandlers,
  usageHandlers,
  type Changes,
  type Profiles,
} from "@berth/control";
import { systemClock } from "@berth/std/clock";
import { runChecks } from "./checks.ts";
import type { Config } from "./config.ts";
import type { ControlPlane } from "./control-plane.ts";
import { describeSettings } from "./describe-settings.ts";
import { changeStream } from "./http/change-stream.ts";
import type { ManagementHandlers } from "./http/management.ts";
import { engineVersion } from "./engine-version.ts";
import { secretKeyFile } from "./home.ts";
import { readCores, readDisk, readGpus, readMemory } from "./machine.ts";
import type { OpenQueue } from "./jobs/open-queue.ts";
import type { State } from "./open-state.ts";
import { profileCare } from "./profile-care.ts";
import type { Sites } from "./sites.ts";
import { absolute } from "./config.ts";
import { version } from "./version.ts";

export interface HandlerSources {
  readonly config: Config;
  readonly plane: ControlPlane;
  readonly profiles: Profiles;
  readonly sites: Sites;
  readonly changes: Changes;
  readonly state: State;
  readonly queue: Pick<OpenQueue, "handlers">;
  readonly homeId: string;
  readonly hasConsole: boolean;
  readonly urls: () => readonly string[];
}

/** Every management route but the sessions': the control plane's, and those about this very process. */
export function makeHandlers(sources: HandlerSources): ManagementHandlers {
  const { config, plane, profiles, changes, state } = sources;
  const { settings, homeDir, stateDir } = config;
  const startedAt = Date.now();
  const hub = {
    endpoint: settings.HF_ENDPOINT,
    offline: settings.HF_HUB_OFFLINE,
    hasToken: settings.HF_TOKEN !== undefined,
  };
  const care = profileCare({
    sites: sources.sites,
    hubEndpoint: hub.endpoint,
    serviceIds: async ({ name }) =>
      (await state.store.services.listServices())
        .filter(({ service }) => service.profile === name)
        .map(({ service }) => service.id),
    reinstall: plane.places.program,
  });
  return {
    ...profileHandlers(profiles, sources.sites, care),
    ...loginHandlers(plane.logins),
    ...modelHandlers(plane.models),
    ...hubHandlers(plane.hub),
    ...downloadHandlers(plane.downloads),
    ...imageHandlers(plane.images),
    ...serviceHandlers(plane.control.services),
    ...endpointHandlers(plane.endpoints, systemClock),
    ...secretHandlers(plane.storedSecrets, plane.presets),
    ...providerHandlers(plane.providers, plane.h2ogpt),
    ...modelRouteHandlers(plane.modelRoutes),
    ...keyHandlers(plane.keys),
    ...usageHandlers(plane.usage),
    ...conversationHandlers(plane.conversations),
    ...sources.queue.handlers,
    streamEvents: async (_, { signal }) => changeStream(changes, signal),
    listSettings: async () => ({ data: [...describeSettings(config)] }),
    getSystem: async () => ({
      version,
      pid: process.pid,
      host: hostname(),
      startedAt,
      homeId: sources.homeId,
      homeDir,
      stateDir,
      urls: [...sources.urls()],
      authentication: !settings.BERTH_DEBUG,
      hub,
      memory: await readMemory(),
      disk: await readDisk(homeDir),
      cpuCores: await readCores(),
      gpus: await readGpus(),
    }),
    listChecks: async ({ query }) => {
      const all = await runChecks({
        homeDir,
        hubEndpoint: hub.endpoint,
        isOffline: hub.offline,
        hasHubToken: hub.hasToken,
        profiles: async () => profiles.list(),
        // not the ledger: all of it is much to read
        checkDatabase: () => state.store.maintenance.check(),
        engineVersion: (engine) => engineVersion(engine, config.enginesDir),
        hasConsole: sources.hasConsole,
        fetch,
      });
      return {
        data: all.filter(
          ({ id }) =>
            query.profile === undefined || !id.startsWith("profile ") || id === `profile ${query.profile}`,
        ),
      };
    },
    checkDatabase: async () => {
      const problems = await state.maintenance.check();
      const found = problems.map((message, index) => ({
        id: `problem-${index + 1}`,
        status: "failed" as const,
        message,
        fix: "restore a copy made by berth db backup",
      }));
      return {
        data:
          found.length > 0
            ? found
            : [
                {
                  id: "database",
                  status: "ok" as const,
                  message: `${state.databasePath} is whole`,
                  fix: null,
                },
              ],
      };
    },
    backupDatabase: async ({ body }) => {
      const stamp = new Date().toISOString().replaceAll(/[:.]/g, "-");
      const path = body.path === undefined ? `${state.databasePath}.${stamp}.bak` : absolute(body.path);
      const { sizeBytes } = await state.maintenance.backup(path);
      return { path, sizeBytes, leftOut: secretKeyFile(homeDir) ?? null };
    },
  };
}
