import { Transform } from "node:stream";
import { BerthError } from "@berth/api";
import { shellQuote, shellWords } from "@berth/std/shell-quote";
import { shellPath } from "../../cluster/remote-path.ts";
import type { RemoteHost } from "../../remote/remote-host.ts";
import { packEnd, type Pack } from "./pack.ts";

export interface Installation {
  readonly host: RemoteHost;
  /** The profile's home on the cluster. */
  readonly home: string;
  /** Hears how much has been sent, 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

/** Slow lines exist, and nobody else waits for this. */
const limitMs = 6 * 60 * 60_000;

/**
 * Puts the pack below the home, whole or not at all: under a hidden name first, tried, and then renamed. Of several that
 * install it at once the first one's stays. Throws `insufficient_disk` when the disk is full or the quota used up, and
 * `unprocessable` for a program that does not run there; both with the system's own words.
 */
export async function installPack(
  pack: Pack,
  installation: Installation,
  signal: AbortSignal,
): Promise<void> {
  const { host, home, onProgress } = installation;
  const { stream, bytes } = await pack.open(signal);
  let sent = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      onProgress(Math.min(1, sent / bytes));
      done(null, chunk);
    },
  });
  stream.on("error", (error) => counted.destroy(error));
  const script = installScript(pack, home);
  const answer = await host
    .run({ script, stdin: stream.pipe(counted), timeoutMs: limitMs, lane: "upload" }, signal)
    .finally(() => stream.destroy());
  if (answer.exitCode === 0) return;
  const words = answer.stderr.trim() || answer.stdout.trim();
  if (answer.exitCode === trialExitCode) {
    const advice = pack.trial?.advice ?? "";
    throw new BerthError("unprocessable", `${pack.title} does not run on the cluster: ${words}; ${advice}`, {
      param: "profile",
    });
  }
  const isFull = /quota exceeded|No space left/i.test(words);
  throw new BerthError(
    isFull ? "insufficient_disk" : "unprocessable",
    `${pack.title} could not be installed in ${home}/${pack.path} on the cluster: ${words || "it was cut off"}`,
  );
}

const trialExitCode = 77;

function installScript({ path, trial }: Pack, home: string): string {
  const tried =
    trial === undefined
      ? ""
      : `said=$(cd "$part" && ${shellWords(trial.words)} 2>&1) || { printf '%s\\n' "$said" >&2; ldd --version 2>&1 | head -n 1 >&2; exit ${trialExitCode}; }`;
  return `
umask 077
LC_ALL=C; export LC_ALL
target=${shellPath(home)}/${shellQuote(path)}
[ ! -e "$target" ] || exit 0
above=\${target%/*}
mkdir -p -- "$above" || exit 1
# what others were cut off from, long ago
find "$above" -maxdepth 1 -name '.part-*' -mmin +1440 -exec rm -rf {} + 2>/dev/null
part=$(mktemp -d "$above/.part-XXXXXXXX") || exit 1
trap 'chmod -R u+w "$part" 2>/dev/null; rm -rf "$part"' EXIT
trap 'exit 1' HUP INT TERM PIPE
gzip -dc | tar -xf - -C "$part" || exit 1
if [ ! -e "$part/${packEnd}" ]; then echo "the transfer was cut off" >&2; exit 1; fi
${tried}
mv -T "$part" "$target" 2>/dev/null || [ -e "$target/${packEnd}" ]
`;
}
