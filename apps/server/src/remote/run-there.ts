import type { Profile } from "@berth/api";
import type { RunThere } from "@berth/catalog/remote";
import type { RemoteHost } from "@berth/launchers";
import { shellQuote, shellWords } from "@berth/std/shell-quote";

export interface PlaceRunners {
  /** The machine that the profile's cluster is spoken to through. */
  readonly hostOf: (profile: Profile) => RemoteHost;
  /** The words that run our runner there, after it has been put there: its Node, and its file. */
  readonly program: (profile: Profile, signal: AbortSignal) => Promise<readonly string[]>;
}

/** Runs the runner on the login node, for as long as its pipes last. */
export function runThere({ hostOf, program }: PlaceRunners): RunThere {
  return async (profile, words, signal) => {
    const argv = [...(await program(profile, signal)), ...words];
    return hostOf(profile).stream({ script: placeScript(argv) }, signal);
  };
}

/** As `runThere`, after the profile's set-up line, as a Slurm job would run it: for what needs the site's programs. */
export function runThereSetUp({ hostOf, program }: PlaceRunners): RunThere {
  return async (profile, words, signal) => {
    const argv = [...(await program(profile, signal)), ...words];
    const setup = profile.slurm?.setup;
    const script = setup === undefined ? placeScript(argv) : setUpScript(setup, argv);
    return hostOf(profile).stream({ script }, signal);
  };
}

/** The site's proxy, where it has one, is the runner's too; and it may wait for many files at once. */
const environment = "NODE_USE_ENV_PROXY=1 UV_THREADPOOL_SIZE=16";

const placeScript = (argv: readonly string[]): string => `${environment} exec ${shellWords(argv)}`;

/** A login shell, in which `module` is there; the order that stands on its input is not the login files' nor the set-up's. */
function setUpScript(setup: string, argv: readonly string[]): string {
  const script = [setup, "set +eu", "unset NODE_OPTIONS", `${placeScript(argv)} <&3 3<&-`].join("\n");
  return `exec bash -lc ${shellQuote(script)} 3<&0 </dev/null`;
}
