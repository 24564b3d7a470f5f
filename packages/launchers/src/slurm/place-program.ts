import { BerthError, type Profile } from "@berth/api";
import { shellPath } from "../cluster/remote-path.ts";
import type { RemoteHost } from "../remote/remote-host.ts";
import type { Installer } from "./install/installer.ts";
import { type Pack, packEnd } from "./install/pack.ts";
import type { Packer } from "./install/packer.ts";
import { RuntimePacks } from "./install/runtime-packs.ts";

export interface PlaceProgramOptions {
  readonly hostOf: (profile: Profile) => RemoteHost;
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
}

/** The words that run our runner on a profile's cluster, which are made to be true first. */
export type PlaceProgram = (profile: Profile, signal: AbortSignal) => Promise<readonly string[]>;

/**
 * Gives the words that run our runner on a profile's cluster, after Node and the runner have been put below the profile's
 * home where they are not yet. It looks each time: somebody may have emptied the home. Throws as `installPack` and
 * RemoteHost do.
 */
export function createPlaceProgram(options: PlaceProgramOptions): PlaceProgram {
  return placeProgram({ ...options, runtimes: new RuntimePacks(options) });
}

export function placeProgram({
  hostOf,
  installer,
  runtimes,
}: Pick<PlaceProgramOptions, "hostOf" | "installer"> & { readonly runtimes: RuntimePacks }): PlaceProgram {
  const places = new Map<RemoteHost, { readonly machine: string; readonly userHome: string }>();

  return async (profile, signal) => {
    const host = hostOf(profile);
    const place = places.get(host) ?? (await readPlace(host, signal));
    places.set(host, place);
    const runtime = await runtimes.runtimeFor(place.machine, profile.slurm?.node, signal);
    const home = absolute(profile.home, place.userHome);
    for (const pack of await missingPacks(runtime.packs, home, host, signal)) {
      // the home as launches know it, whose installation this may share
      await installer.install(pack, { host, home: profile.home, onProgress: () => undefined }, signal);
    }
    const below = (path: string): string =>
      path.startsWith("/") || path.startsWith("~") ? absolute(path, place.userHome) : `${home}/${path}`;
    return [below(runtime.nodePath), below(runtime.runnerPath)];
  };
}

async function readPlace(
  host: RemoteHost,
  signal: AbortSignal,
): Promise<{ readonly machine: string; readonly userHome: string }> {
  const answer = await host.run({ script: 'uname -m; printf "%s\\n" "$HOME"' }, signal);
  const [machine = "", userHome = ""] = answer.stdout.split("\n");
  if (answer.exitCode === 0 && machine !== "" && userHome.startsWith("/")) return { machine, userHome };
  throw new BerthError("upstream_failed", `the login node does not say what it is: ${answer.stderr.trim()}`);
}

async function missingPacks(
  packs: readonly Pack[],
  home: string,
  host: RemoteHost,
  signal: AbortSignal,
): Promise<readonly Pack[]> {
  const looks = packs.map(
    ({ path }) => `[ -e ${shellPath(`${home}/${path}/${packEnd}`)} ] && echo yes || echo no`,
  );
  const { stdout } = await host.run({ script: looks.join("\n") }, signal);
  const answers = stdout.split("\n");
  return packs.filter((_, index) => answers[index] !== "yes");
}

const absolute = (path: string, userHome: string): string =>
  path === "~" || path.startsWith("~/") ? `${userHome}${path.slice(1)}` : path;
