import type { RemoteCommand } from "../remote/remote-host.ts";
import { shellQuote } from "@berth/std/shell-quote";
import { launchRecordFiles } from "./look-script.ts";
import { expandHome, lockedExit, takeLock } from "./shell-parts.ts";
import { silencePattern } from "./slurm-trouble.ts";

export interface LaunchFile {
  readonly name: string;
  readonly content: string;
}

export interface Submission {
  readonly dir: string;
  readonly home: string;
  readonly jobName: string;
  readonly files: readonly LaunchFile[];
  /** Below the home, what must be there for the job to run; no job is submitted without. */
  readonly needs: readonly string[];
  /** Names of sbatch's options that the job script says; what the environment says of them must not win. */
  readonly optionNames: readonly string[];
}

/** Exit codes of the script, beside 0. */
export const submitExits = { needs: 71, scheduler: 75, refused: 76, disk: 73, busy: 74 } as const;
export const submitTimeoutMs = 200_000;

const { job, submitting, stop } = launchRecordFiles;

/**
 * One script that leaves exactly one Slurm job of the name behind, however often and by however many it is run, and
 * wherever it is cut off: intent first, then a search for what an earlier one may have submitted, then sbatch, then the
 * record. It prints `job ID SECONDS DIR`, or `stopped DIR` when a stop was asked for first.
 *
 * The files come through standard input: secrets are in no argument and no environment.
 */
export function submitCommand(submission: Submission): RemoteCommand {
  const { dir, home, jobName, files, needs, optionNames } = submission;
  const script = `
umask 077
${expandHome}
unset ${[...alwaysUnset, ...optionNames.map(environmentName)].join(" ")}
name=${shellQuote(jobName)}
IFS="$tab" read -r dir home || exit ${submitExits.disk}
expand "$home"; home=$path
expand "$dir"; dir=$path
[ ! -e "$dir" ] || known=1
# whoever else could write there could run programs as this user
mkdir -p -- "$dir" && chmod 700 -- "\${dir%/*}" "$dir" && chmod go-w -- "$home" && cd "$dir" || exit ${submitExits.disk}
${takeLock}
told() { printf 'job %s %s\\n' "$(cat ${job})" "$PWD"; exit 0; }
[ ! -s ${job} ] || told
if [ -e ${stop} ]; then printf 'stopped %s\\n' "$PWD"; exit 0; fi
[ "$lock" != ${lockedExit} ] || exit ${submitExits.busy}
# a full disk may make half a file without a word
put() { printf '%s\\n' "$2" >".$1" && [ "$(cat ".$1")" = "$2" ] && mv ".$1" "$1"; }
record() { put ${job} "$1 $2" && rm -f ${submitting}; }

if [ -n "$known" ] || [ -e ${submitting} ]; then
  found=$(SLURM_TIME_FORMAT=%s squeue -a -h -u "$(id -u)" -t all --name="$name" -o '%A %V %T %r' 2>&1 9>&-) || {
    printf '%s\\n' "$found" >&2
    exit ${submitExits.scheduler}
  }
  echo "asked squeue"
  # some refusals leave a record
  found=$(printf '%s' "$found" | grep -v 'FAILED BadConstraints')
  if [ -z "$found" ] && [ -e ${submitting} ]; then
    read -r since <${submitting} || since=$(date -r ${submitting} +%s)
    from=$(date -d "@$((since - 60))" +%Y-%m-%dT%H:%M:%S 2>/dev/null)
    echo "asked sacct"
    # without accounting, a job that has begun and ended has left its directory
    found=$(SLURM_TIME_FORMAT=%s sacct -n -P -X -u "$(id -u)" -S "$from" --name="$name" -o JobIDRaw,Submit,State,Reason 2>/dev/null 9>&- | tr '|' ' ' | grep -v 'FAILED BadConstraints')
    [ -n "$found" ] || found=$(cat r[0-9]*/started 2>/dev/null | cut -d ' ' -f 1,3 | tail -n 1)
  fi
  if [ -n "$found" ]; then
    set -- $(printf '%s\\n' "$found" | tail -n 1)
    record "$1" "$2" 2>/dev/null
    printf 'job %s %s %s\\n' "$1" "$2" "$PWD"
    exit 0
  fi
fi

while IFS="$tab" read -r kind path data; do
  case $kind in
    need) [ -e "$home/$path" ] || { printf 'need %s\\n' "$path"; exit ${submitExits.needs}; } ;;
    file) printf %s "$data" | base64 -d >".$path" && mv ".$path" "$path" || exit ${submitExits.disk} ;;
    end) whole=1 ;;
  esac
done
# half of the input must not become half a launch
[ -n "$whole" ] || exit ${submitExits.disk}
now=$(date +%s)
put ${submitting} "$now" || exit ${submitExits.disk}
echo "asked sbatch"
said=$(sbatch --parsable job.sh 2>.sbatch 9>&-) || {
  cat .sbatch >&2
  # it may have heard us, and then there is a job
  if grep -Eqi ${shellQuote(silencePattern)} .sbatch; then exit ${submitExits.scheduler}; fi
  rm -f ${submitting}
  exit ${submitExits.refused}
}
cat .sbatch >&2
id=\${said%%;*}
record "$id" "$now"
printf 'job %s %s %s\\n' "$id" "$now" "$PWD"
exit 0
`;
  const input = [
    `${dir}\t${home}\n`,
    ...needs.map((path) => `need\t${path}\n`),
    ...files.map(({ name, content }) => `file\t${name}\t${Buffer.from(content).toString("base64")}\n`),
    "end\t-\t-\n",
  ];
  return { script, stdin: input.join(""), timeoutMs: submitTimeoutMs, lane: "launch" };
}

/** `sbatch` reads some options from the environment too, and believes it more than a script. */
const oddNames: Readonly<Record<string, string>> = {
  time: "SBATCH_TIMELIMIT",
  mem: "SBATCH_MEM_PER_NODE",
  array: "SBATCH_ARRAY_INX",
};
const alwaysUnset = [
  "SBATCH_ARRAY_INX",
  "SBATCH_WAIT",
  "SBATCH_EXPORT",
  "SBATCH_NO_REQUEUE",
  "SBATCH_OUTPUT",
  "SBATCH_ERROR",
];

function environmentName(option: string): string {
  return oddNames[option] ?? `SBATCH_${option.toUpperCase().replaceAll("-", "_")}`;
}

export function optionNamesOf(options: readonly string[]): readonly string[] {
  return options.flatMap((option) => /^--([a-z-]+)/.exec(option)?.[1] ?? []);
}
