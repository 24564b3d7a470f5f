import { BerthError } from "@berth/api";
import type { RemoteHost } from "../remote/remote-host.ts";
import { shellPath } from "./remote-path.ts";

/** Where a profile's files lie on its cluster; `~` is the user's there. */
export interface SiteDirectories {
  readonly home: string;
  readonly cache: string;
}

/**
 * Sees that a profile can be used: Slurm is there, the cache can be read, and the home can be written; it is made (0700)
 * when it is absent, with what is missing above it. Resolves with both paths, absolute. Throws `unprocessable` that names
 * `host`, `cache` or `home`, in that order; then nothing was made.
 */
export async function prepareSite(
  host: Pick<RemoteHost, "run">,
  { home, cache }: SiteDirectories,
  signal: AbortSignal,
): Promise<SiteDirectories> {
  const answer = await host.run({ script: prepareScript({ home, cache }) }, signal);
  const told = new Map(
    answer.stdout.split("\n").flatMap((line) => {
      const match = /^@@berth (\S+) (.*)$/.exec(line);
      return match === null ? [] : [[match[1] ?? "", match[2] ?? ""] as const];
    }),
  );
  const problem = problems.find((each) => told.has(each.word));
  if (problem !== undefined) {
    const said = told.get(problem.word) ?? "";
    throw new BerthError("unprocessable", problem.message({ home, cache }, said), { param: problem.param });
  }
  const found = { home: absolute(told.get("home")), cache: absolute(told.get("cache")) };
  if (answer.exitCode !== 0 || found.home === undefined || found.cache === undefined) {
    const said = answer.stderr.trim() || answer.stdout.trim();
    throw new BerthError("unprocessable", `the cluster's shell gave no sensible answer: ${said}`, {
      param: "host",
    });
  }
  return { home: found.home, cache: found.cache };
}

/** What is written into a file here, and shown, is a path, whatever the cluster says. */
function absolute(path: string | undefined): string | undefined {
  // oxlint-disable-next-line no-control-regex
  return path !== undefined && /^\/[^\u0000-\u001f\u007f]*$/.test(path) ? path : undefined;
}

interface Problem {
  readonly word: string;
  readonly param: keyof SiteDirectories | "host";
  message(paths: SiteDirectories, said: string): string;
}

const problems: readonly Problem[] = [
  {
    word: "no-slurm",
    param: "host",
    message: () =>
      "there is no sbatch on the PATH that ssh gives there: name a login node of a Slurm cluster, or put Slurm's directory on the PATH in ~/.bashrc there",
  },
  {
    word: "cache-absent",
    param: "cache",
    message: ({ cache }) =>
      `cache ${cache} does not exist on the cluster; Berth never makes it: name another, or have it made`,
  },
  {
    word: "cache-file",
    param: "cache",
    message: ({ cache }) => `cache ${cache} is not a directory on the cluster`,
  },
  {
    word: "cache-closed",
    param: "cache",
    message: ({ cache }, said) => `cache ${cache} cannot be read on the cluster by ${said}`,
  },
  {
    word: "home-file",
    param: "home",
    message: ({ home }) => `home ${home} is not a directory on the cluster`,
  },
  {
    word: "home-foreign",
    param: "home",
    message: ({ home }, said) =>
      `home ${home} belongs to ${said} on the cluster, who could change what runs there as you; name a directory of your own`,
  },
  {
    word: "home-refused",
    param: "home",
    message: ({ home }, said) => `home ${home} cannot be made on the cluster: ${said}`,
  },
  {
    word: "home-closed",
    param: "home",
    message: ({ home }, said) => `home ${home} cannot be written on the cluster: ${said}`,
  },
];

/** What a file of some size shows that an empty one does not: a quota that is used up. */
const trialBytes = 65_536;

/** Exits at the first problem; what it made before is gone again then. A cache that is the home itself need not be there yet. */
export function prepareScript({ home, cache }: SiteDirectories): string {
  return `
tell() { printf '@@berth %s %s\\n' "$1" "$(printf '%s' "$2" | tr '\\n' ' ')"; }
home=${shellPath(home)}
cache=${shellPath(cache)}
command -v sbatch >/dev/null 2>&1 || { tell no-slurm; exit 0; }
if [ "$cache" != "$home" ]; then
  [ -e "$cache" ] || { tell cache-absent; exit 0; }
  [ -d "$cache" ] || { tell cache-file; exit 0; }
  [ -r "$cache" ] && [ -x "$cache" ] || { tell cache-closed "$(id -un)"; exit 0; }
fi
umask 077
first=
take_back() {
  [ -n "$first" ] || return 0
  made=$home
  while rmdir -- "$made" 2>/dev/null; [ "$made" != "$first" ]; do made=$(dirname -- "$made"); done
}
if [ -e "$home" ]; then
  [ -d "$home" ] || { tell home-file; exit 0; }
  [ -O "$home" ] || { tell home-foreign "$(stat -c %U -- "$home" 2>/dev/null || echo 'somebody else')"; exit 0; }
  # whoever else could write there could put programs there that this user starts
  said=$(chmod go-w -- "$home" 2>&1) || { tell home-closed "$said"; exit 0; }
else
  # what is made from the first directory on that is not there is ours to take back
  first=$home
  while [ ! -e "$(dirname -- "$first")" ]; do first=$(dirname -- "$first"); done
  said=$(mkdir -p -- "$home" 2>&1) || { take_back; tell home-refused "$said"; exit 0; }
fi
trial=$home/.berth-trial-$$
said=$({ head -c ${trialBytes} /dev/zero > "$trial"; } 2>&1)
written=$?
rm -f -- "$trial"
[ $written -eq 0 ] || { take_back; tell home-closed "$said"; exit 0; }
tell home "$home"
tell cache "$cache"
`;
}
