import { constants } from "node:fs";
import { access } from "node:fs/promises";
import type { Check, Connection, Profile } from "@berth/api";
import { ownEngines, type OwnEngine } from "./engine-version.ts";
import { readCores, readDisk, readGpus, readMemory } from "./machine.ts";

/** What `berth doctor` looks at. Each check is asked for itself; one that fails to look says so. */
export interface CheckSources {
  readonly homeDir: string;
  readonly hubEndpoint: string;
  readonly isOffline: boolean;
  readonly hasHubToken: boolean;
  readonly profiles: () => Promise<readonly Profile[]>;
  readonly checkDatabase: () => Promise<readonly string[]>;
  readonly engineVersion: (engine: OwnEngine) => Promise<string | undefined>;
  readonly hasConsole: boolean;
  readonly fetch: typeof fetch;
}

type Verdict = Omit<Check, "id">;

const gibibyte = 1024 ** 3;
const lowDiskBytes = 5 * gibibyte;
const lowMemoryMiB = 2048;

export async function runChecks(sources: CheckSources): Promise<readonly Check[]> {
  const looks: readonly [string, () => Promise<Verdict>][] = [
    ["node", async () => nodeVerdict(process.versions.node)],
    ["home", () => homeVerdict(sources.homeDir)],
    ["database", async () => databaseVerdict(await sources.checkDatabase())],
    ["disk", async () => diskVerdict((await readDisk(sources.homeDir)).freeBytes)],
    ["memory", async () => memoryVerdict((await readMemory()).freeMiB, await readCores())],
    ["gpu", async () => gpuVerdict((await readGpus()).map((gpu) => gpu.name))],
    ...ownEngines.map((engine): [string, () => Promise<Verdict>] => [
      engine.title,
      async () => engineVerdict(engine, await sources.engineVersion(engine)),
    ]),
    [
      "console",
      async () =>
        sources.hasConsole
          ? ok("the console is built")
          : warn("the console is not built", "npm start builds it"),
    ],
    ["hub", () => hubVerdict(sources)],
  ];
  const checks = await Promise.all(looks.map(([id, look]) => verdict(id, look)));
  const profiles = (await sources.profiles()).map((profile) => profileCheck(profile));
  return [...checks, ...profiles];
}

async function verdict(id: string, look: () => Promise<Verdict>): Promise<Check> {
  try {
    return { id, ...(await look()) };
  } catch (error) {
    return {
      id,
      ...fail(
        `this could not be looked at: ${(error as Error).message}`,
        "mend what it names, and look again",
      ),
    };
  }
}

function nodeVerdict(version: string): Verdict {
  return Number(version.split(".")[0]) >= 24
    ? ok(`Node ${version}`)
    : fail(`Node ${version} is too old`, "install Node 24 or newer");
}

async function homeVerdict(homeDir: string): Promise<Verdict> {
  await access(homeDir, constants.W_OK);
  return ok(`${homeDir} can be written`);
}

function databaseVerdict(problems: readonly string[]): Verdict {
  return problems.length === 0
    ? ok("the database is whole")
    : fail(problems.join("; "), "stop the server and restore a copy made by berth db backup");
}

function diskVerdict(freeBytes: number): Verdict {
  const text = `${(freeBytes / gibibyte).toFixed(1)} GiB free for models`;
  return freeBytes < lowDiskBytes
    ? warn(text, "remove models with berth model rm, or add a profile with a roomier home")
    : ok(text);
}

function memoryVerdict(freeMiB: number, cores: number): Verdict {
  const text = `${(freeMiB / 1024).toFixed(1)} GiB of memory free, ${cores} ${cores === 1 ? "core" : "cores"}`;
  return freeMiB < lowMemoryMiB
    ? warn(text, "stop services with berth stop; only small models will fit")
    : ok(text);
}

function gpuVerdict(names: readonly string[]): Verdict {
  return ok(names.length === 0 ? "no NVIDIA GPU; models run on the processor" : names.join(", "));
}

function engineVerdict({ title, packageName }: OwnEngine, version: string | undefined): Verdict {
  return version === undefined
    ? warn(
        `${title} is not installed yet`,
        "it is fetched when the first model that needs it starts; that needs a network once",
      )
    : ok(`${title} by ${packageName} ${version}`);
}

async function hubVerdict(sources: CheckSources): Promise<Verdict> {
  if (sources.isOffline) return ok("the hub is not asked (HF_HUB_OFFLINE)");
  const url = `${sources.hubEndpoint}/api/models?limit=1`;
  try {
    const response = await sources.fetch(url, { signal: AbortSignal.timeout(4_000) });
    if (!response.ok)
      return warn(
        `${sources.hubEndpoint} answered ${response.status}`,
        "models cannot be downloaded now; installed ones run",
      );
    return ok(
      `${sources.hubEndpoint} answers${sources.hasHubToken ? ", HF_TOKEN is set" : "; set HF_TOKEN for gated models"}`,
    );
  } catch (error) {
    const cause = (error as Error).cause;
    const why = cause instanceof Error ? cause.message : (error as Error).message;
    return warn(
      `${sources.hubEndpoint} cannot be reached (${why})`,
      "installed models run without it; set HF_ENDPOINT for a mirror, HF_HUB_OFFLINE=1 to stop asking",
    );
  }
}

/** What `profiles.cfg` and the connection tell of a profile; nobody is asked. */
export function profileCheck(profile: Profile): Check {
  const id = `profile ${profile.name}`;
  if (profile.status === "invalid")
    return {
      id,
      ...fail(profile.statusReason ?? "it cannot be used", `berth profile update --name ${profile.name}`),
    };
  const { slurm, connection, home, cache } = profile;
  const where =
    slurm === null
      ? profile.schema
      : `slurm on ${slurm.user === undefined ? "" : `${slurm.user}@`}${slurm.host}`;
  const text = `${where}: home ${home}, cache ${cache}`;
  if (connection === null) return { id, ...ok(text) };
  return { id, ...connectionVerdict(profile.name, connection, text) };
}

function connectionVerdict(name: string, { state, reason }: Connection, text: string): Verdict {
  const why = reason === null ? "" : ` (${reason})`;
  switch (state) {
    case "idle":
    case "connecting":
    case "connected":
      return ok(`${text}; ${state === "idle" ? "not connected yet" : state}`);
    case "login_required":
      return warn(`${text}; it wants a login${why}`, `berth profile login ${name}`);
    case "host_key_unknown":
      return warn(`${text}; its host key is not known yet${why}`, `berth profile login ${name}`);
    case "host_key_changed":
      return fail(
        `${text}; its host key is another than before, and nothing is sent there${why}`,
        "ask the site whether it has a new key; then remove the old one by ssh-keygen -R HOST",
      );
    case "unreachable":
      return warn(`${text}; it cannot be reached${why}`, `berth doctor --profile ${name} tells more`);
  }
}

function ok(message: string): Verdict {
  return { status: "ok", message, fix: null };
}

function warn(message: string, fix: string): Verdict {
  return { status: "warning", message, fix };
}

function fail(message: string, fix: string): Verdict {
  return { status: "failed", message, fix };
}
