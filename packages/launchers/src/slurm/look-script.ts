import { shellQuote } from "@berth/std/shell-quote";
import type { RemoteCommand } from "../remote/remote-host.ts";
import { runFiles } from "./job-script.ts";
import { expandHome, lockedExit } from "./shell-parts.ts";

/** What to look at: each launch's files always, the scheduler when its turn has come. */
export interface Look {
  readonly launches: readonly LaunchDirectory[];
  readonly asksQueue: boolean;
  /** To explain what has ended. */
  readonly asksAccounting: AccountingQuestion | undefined;
  /** Jobs to count those who stand before them. */
  readonly asksPlaces: readonly string[];
}

/** `~` in its paths is the user's home on the cluster. */
export interface LaunchDirectory {
  readonly launchId: string;
  readonly dir: string;
  /** The profile's home. */
  readonly home: string;
}

export interface AccountingQuestion {
  readonly jobNames: readonly string[];
  /** By the cluster's clock: job ids and their records are older than we. */
  readonly sinceSeconds: number;
}

/** Files of a launch directory, of one line each. */
export const launchRecordFiles = {
  /** The Slurm job's id, and when it was submitted. */
  job: "job",
  /** Intent: from before sbatch was called until `job` is written, or sbatch has refused. */
  submitting: "submitting",
  /** When somebody asked us to stop it. */
  stop: "stop",
  /** We have stopped it, and seen that nothing of it is left. */
  gone: "gone",
  /** How it ended, once that is known. */
  verdict: "verdict.json",
} as const;

/** One line a job. The name is last: another job's may hold anything. */
const queueFields = [
  "JobID",
  "State",
  "Reason",
  "RestartCnt",
  "SubmitTime",
  "StartTime",
  "EndTime",
  "Partition",
  "NodeList",
  "Name",
] as const;
const queueFormat = queueFields.map((field) => `${field}:|`).join(",");
const accountingFormat =
  "JobIDRaw,State,ExitCode,DerivedExitCode,Submit,Start,End,Partition,NodeList,JobName";

/**
 * One script for all of it, whose answer `readLook` understands: lines of a key and a text. The launches are its input,
 * since there may be more than a command line takes. The scheduler is asked first, so that files are never older than
 * what it says. It tells times in seconds since 1970.
 */
export function lookCommand({ launches, asksQueue, asksAccounting, asksPlaces }: Look): RemoteCommand {
  const script = [
    expandHome,
    "SLURM_TIME_FORMAT=%s; export SLURM_TIME_FORMAT",
    'echo "now $(date +%s)"',
    askFunction,
    ...(asksQueue ? [`ask queue squeue -a -h -u "$(id -u)" -t all -O ${shellQuote(queueFormat)}`] : []),
    ...(asksPlaces.length > 0 ? [placesScript(asksPlaces)] : []),
    ...(asksAccounting === undefined ? [] : [accountingScript(asksAccounting)]),
    lookFunction,
  ].join("\n");
  const input = launches.map(({ launchId, dir, home }) => `${launchId}\t${dir}\t${home}\n`);
  return { script, stdin: input.join(""), timeoutMs: lookTimeoutMs };
}

/** Slurm's commands mostly give up by themselves after 10 s; without munge they try for minutes. */
const patienceSeconds = 20;
const lookTimeoutMs = 90_000;

/** Sets `answer`, tells its lines under KEY-row or, when the command fails, KEY-error; KEY-end tells that it was asked. */
const askFunction = `
ask() {
  key=$1; shift
  answer=$(timeout ${patienceSeconds} "$@" 2>&1 </dev/null); code=$?
  [ "$code" != 124 ] || answer="$1 did not answer within ${patienceSeconds} s"
  kind=row; [ "$code" = 0 ] || kind=error
  printf '%s\\n' "$answer" | sed "s/^/$key-$kind /"
  echo "$key-end $code"
}`;

function placesScript(jobIds: readonly string[]): string {
  const ours = shellQuote(` ${jobIds.join(" ")} `);
  // in the cluster's own awk: a queue may be tens of thousands of lines
  return String.raw`
answer=$(timeout ${patienceSeconds} squeue -a -h -t PD -O 'Partition:|,PriorityLong:|,JobID:|' 2>/dev/null) && printf '%s\n' "$answer" |
  awk -F '|' -v ours=${ours} '
    { partition[NR] = $1; priority[NR] = $2 + 0; id[NR] = $3 + 0 }
    END {
      for (i in id) if (index(ours, " " id[i] " ")) {
        ahead = 0
        for (j in id)
          if (partition[j] == partition[i] && (priority[j] > priority[i] || (priority[j] == priority[i] && id[j] < id[i])))
            ahead++
        print "place " id[i], ahead
      }
    }'`;
}

function accountingScript({ jobNames, sinceSeconds }: AccountingQuestion): string {
  return String.raw`
since=$(date -d @${sinceSeconds} +%Y-%m-%dT%H:%M:%S)
ask accounting sacct -n -P -X -u "$(id -u)" -S "$since" --name=${shellQuote(jobNames.join(","))} -o ${accountingFormat}
echo "me $(id -u)"
printf '%s\n' "$answer" | sed -n 's/.*|CANCELLED by \([0-9]*\).*/\1/p' | sort -u | while read -r uid; do
  echo "user $uid $(id -un "$uid" 2>/dev/null)"
done`;
}

/** Only what the shell itself can do: there may be hundreds of launches. */
const lookFunction = `
one() {
  [ -e "$2" ] || return 0
  line=
  IFS= read -r line <"$2" 2>/dev/null
  if [ -n "$line" ]; then printf '%s %s\\n' "$1" "$line"; else echo "broken $2"; fi
}
look() {
  echo "launch $1"
  if ! cd "$2" 2>/dev/null; then
    said=$(ls -d "$2" 2>&1 >/dev/null)
    case $said in
      *"No such file"*) if [ -d "$3" ]; then echo "missing -"; else echo "homeless $3"; fi ;;
      *) echo "closed $said" ;;
    esac
    return
  fi
  one job ${launchRecordFiles.job}
  # on a full disk these are empty, and mean the same
  if [ -s ${launchRecordFiles.submitting} ]; then one submitting ${launchRecordFiles.submitting}
  elif [ -e ${launchRecordFiles.submitting} ]; then echo "submitting $(date -r ${launchRecordFiles.submitting} +%s)"; fi
  if [ -e ${launchRecordFiles.stop} ]; then line=; IFS= read -r line <${launchRecordFiles.stop}; echo "stop \${line:-0}"; fi
  [ ! -e ${launchRecordFiles.gone} ] || echo "gone -"
  one verdict ${launchRecordFiles.verdict}
  if [ -e ${launchRecordFiles.submitting} ]; then
    flock -n -E ${lockedExit} lock true 2>/dev/null
    case $? in 0) ;; ${lockedExit}) echo "locked -" ;; *) echo "lockless -" ;; esac
  fi
  newest=-1
  for run in r[0-9]*; do
    [ -d "$run" ] && [ "\${run#r}" -gt "$newest" ] && newest=\${run#r}
  done
  [ "$newest" -ge 0 ] || return 0
  echo "run $newest"
  one started "r$newest/${runFiles.started}"
  one term "r$newest/${runFiles.term}"
  one end "r$newest/${runFiles.end}"
  one state "r$newest/$1/state.json"
}
while IFS="$tab" read -r id dir home; do
  expand "$dir"; dir=$path
  expand "$home"; home=$path
  look "$id" "$dir" "$home" </dev/null
done`;
