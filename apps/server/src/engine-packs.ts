import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { BerthError } from "@berth/api";
import type { LaunchRequest } from "@berth/launchers";
import { nodeArch, type Pack, type Packer } from "@berth/launchers/slurm";

export interface EnginePackSource {
  readonly nodePath: string;
  /** The runner's entry, which knows what its engines need. */
  readonly runnerEntry: string;
  /** Fetched packages are kept there, for all clusters. */
  readonly cacheDir: string;
  readonly packer: Packer;
}

const run = promisify(execFile);

/**
 * What an engine of ours needs on a cluster beside the runner: fetched to this machine by npm, since compute nodes may
 * have no internet, and carried there from it. Throws `offline` with npm's words when it cannot be fetched.
 */
export function makeEnginePacks(
  source: EnginePackSource,
): (request: LaunchRequest, machine: string, signal: AbortSignal) => Promise<readonly Pack[]> {
  // asking the runner what it needs takes a process
  const known = new Map<string, readonly Pack[]>();
  const packsOf = async (wanted: Wanted, signal: AbortSignal): Promise<readonly Pack[]> => {
    const key = JSON.stringify(wanted);
    const packs = known.get(key) ?? (await packOf(source, wanted, signal));
    known.set(key, packs);
    return packs;
  };
  return async (request, machine, signal) => {
    const { program } = request.spec;
    if (program.kind !== "embedded") return [];
    // a GPU may have been asked for on a node without a driver: then the plain one serves
    const builds = wantsGpu(program.config, request) ? [false, true] : [false];
    const packs = await Promise.all(
      builds.map((hasGpu) => packsOf({ engine: program.engine, arch: nodeArch(machine), hasGpu }, signal)),
    );
    return [...new Map(packs.flat().map((pack) => [pack.path, pack])).values()];
  };
}

interface Wanted {
  readonly engine: string;
  readonly arch: string;
  readonly hasGpu: boolean;
}

async function packOf(
  { nodePath, runnerEntry, cacheDir, packer }: EnginePackSource,
  { engine, arch, hasGpu }: Wanted,
  signal: AbortSignal,
): Promise<readonly Pack[]> {
  const into = join(cacheDir, `engines-linux-${arch}`);
  const words = ["fetch", engine, "--into", into, "--arch", arch, ...(hasGpu ? ["--gpu"] : [])];
  let folder: string;
  try {
    folder = (await run(nodePath, [runnerEntry, ...words], { signal })).stdout.trim();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const said = (error as { stderr?: string }).stderr?.trim();
    throw new BerthError("offline", said || (error as Error).message, { cause: error });
  }
  if (folder === "") return [];
  const dir = join(into, folder);
  const content = { node_modules: join(dir, "node_modules"), "package.json": join(dir, "package.json") };
  return [
    {
      title: `the engine ${engine}`,
      path: `engines/${folder}`,
      open: (opening) => packer.open(`engine-${folder}-${arch}`, async () => content, opening),
    },
  ];
}

function wantsGpu({ gpuLayers }: Readonly<Record<string, unknown>>, { resources }: LaunchRequest): boolean {
  const asks = gpuLayers === "auto" || (typeof gpuLayers === "number" && gpuLayers > 0);
  return asks && resources.gres !== undefined && resources.gres !== "0";
}
