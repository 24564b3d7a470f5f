import { runnerStateSchema, type RunnerState } from "@berth/api";

/** What a launch's directory says. Times are seconds by the cluster's clock. */
export type LaunchFiles =
  /** There is no directory. */
  | { readonly kind: "missing" }
  /** Nor the profile's home, which may only be away. */
  | { readonly kind: "homeless"; readonly home: string }
  | { readonly kind: "unreadable"; readonly reason: string }
  | LaunchRecord;

export interface LaunchRecord {
  readonly kind: "there";
  readonly job: { readonly id: string; readonly submittedAt: number } | undefined;
  /** Sbatch was called, or was about to be; while it is, the lock is held, if there are locks. */
  readonly submitting: { readonly since: number; readonly lock: "held" | "free" | "none" } | undefined;
  /** When we were asked to stop it. */
  readonly stopAskedAt: number | undefined;
  /** We stopped it, and nothing was left. */
  readonly isGone: boolean;
  /** What `JSON.parse` made of the verdict. */
  readonly verdict: unknown;
  /** The last time the scheduler began it. */
  readonly run: LaunchRun | undefined;
}

export interface LaunchRun {
  /** How often the job had been put back before. */
  readonly requeues: number;
  readonly started:
    | {
        readonly jobId: string;
        readonly node: string;
        readonly at: number;
        readonly endsAt: number | undefined;
      }
    | undefined;
  /** The job script was told to end. */
  readonly termAt: number | undefined;
  /** The runner is gone, with everything it had started. */
  readonly end: { readonly exitCode: number; readonly at: number } | undefined;
  readonly state: RunnerState | undefined;
}

/** A job as `squeue` lists it, also for a while after its end. */
export interface QueueRow {
  readonly id: string;
  readonly state: string;
  readonly reason: string;
  readonly requeues: number;
  readonly submittedAt: number | undefined;
  /** Of the present run; while it waits, what Slurm expects. */
  readonly startAt: number | undefined;
  readonly endAt: number | undefined;
  readonly partition: string | undefined;
  readonly node: string | undefined;
}

/** A job as `sacct` remembers it. */
export interface AccountingRow {
  readonly id: string;
  /** Without "by UID". */
  readonly state: string;
  readonly cancelledBy: string | undefined;
  readonly exitCode: number;
  readonly signal: number;
  /** The highest of its steps': 125 tells of memory that ran out. */
  readonly derivedCodes: readonly number[];
  readonly startAt: number | undefined;
  readonly endAt: number | undefined;
  readonly submittedAt: number | undefined;
  readonly partition: string | undefined;
  readonly node: string | undefined;
}

export type Answer<Row> =
  | { readonly kind: "not_asked" }
  /** By job name; of several jobs of one name the last. */
  | { readonly kind: "rows"; readonly rows: ReadonlyMap<string, Row> }
  | { readonly kind: "failed"; readonly words: string };

export interface SeenLook {
  /** The cluster's clock before anything was asked. */
  readonly nowSeconds: number;
  readonly queue: Answer<QueueRow>;
  readonly accounting: Answer<AccountingRow>;
  /** Jobs ahead, by job id. */
  readonly places: ReadonlyMap<string, number>;
  /** By launch id. */
  readonly launches: ReadonlyMap<string, LaunchFiles>;
}

type Line = readonly [key: string, text: string];

/** `undefined` when it is not a whole answer of the script. Lines that are no answer are passed over. */
export function readLook(stdout: string): SeenLook | undefined {
  const lines = stdout.split("\n").map((line): Line => {
    const at = line.indexOf(" ");
    return at === -1 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
  });
  const nowSeconds = Number(lines.find(([key]) => key === "now")?.[1]);
  if (!Number.isInteger(nowSeconds) || nowSeconds <= 0) return undefined;
  const all = (wanted: string): string[] => lines.flatMap(([key, text]) => (key === wanted ? [text] : []));
  const users = new Map(all("user").map((text) => text.split(" ", 2) as [string, string]));
  const me = all("me")[0];
  return {
    nowSeconds,
    queue: readAnswer("queue", all, readQueueRow),
    accounting: readAnswer("accounting", all, (text) => readAccountingRow(text, users, me)),
    places: new Map(
      all("place").map((text) => {
        const [id = "", ahead] = text.split(" ");
        return [id, Number(ahead)];
      }),
    ),
    launches: readLaunches(lines),
  };
}

function readAnswer<Row extends { readonly id: string }>(
  key: string,
  all: (key: string) => string[],
  read: (text: string) => readonly [string, Row] | undefined,
): Answer<Row> {
  const code = all(`${key}-end`)[0];
  if (code === undefined) return { kind: "not_asked" };
  if (code !== "0")
    return { kind: "failed", words: all(`${key}-error`).join("\n").trim() || `exit code ${code}` };
  const byName = new Map<string, Row>();
  for (const text of all(`${key}-row`)) {
    const [name, row] = read(text) ?? [];
    if (name === undefined || row === undefined) continue;
    const other = byName.get(name);
    if (other === undefined || Number(other.id) < Number(row.id)) byName.set(name, row);
  }
  return { kind: "rows", rows: byName };
}

function readQueueRow(text: string): readonly [string, QueueRow] | undefined {
  const [id, state, reason, requeues, submit, start, end, partition, node, ...rest] = text.split("|");
  const name = rest.slice(0, -1).join("|");
  if (id === undefined || !/^\d+$/.test(id) || state === undefined || !name.startsWith("berth:"))
    return undefined;
  // what sbatch refused: some refusals leave a record under the job's name
  if (state === "FAILED" && reason === "BadConstraints") return undefined;
  return [
    name,
    {
      id,
      state,
      reason: reason ?? "",
      requeues: Number(requeues) || 0,
      submittedAt: seconds(submit),
      startAt: seconds(start),
      endAt: seconds(end),
      partition: word(partition),
      node: word(node),
    },
  ];
}

function readAccountingRow(
  text: string,
  users: ReadonlyMap<string, string>,
  me: string | undefined,
): readonly [string, AccountingRow] | undefined {
  const [id, full = "", exit = "", derived = "", submit, start, end, partition, node, ...rest] =
    text.split("|");
  const name = rest.join("|");
  if (id === undefined || !/^\d+$/.test(id) || !name.startsWith("berth:")) return undefined;
  const [state = "", uid] = full.split(" by ");
  const [exitCode = 0, signal = 0] = exit.split(":").map(Number);
  return [
    name,
    {
      id,
      state: state.replace(/\+$/, ""),
      cancelledBy: uid === undefined ? undefined : uid === me ? "you" : users.get(uid) || `user ${uid}`,
      exitCode,
      signal,
      derivedCodes: derived.split(":").map(Number),
      submittedAt: seconds(submit),
      startAt: seconds(start),
      endAt: seconds(end),
      partition: word(partition),
      node: word(node),
    },
  ];
}

/** `N/A`, `Unknown` and `NONE` are none. */
function seconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{6,}$/.test(text) ? Number(text) : undefined;
}

function word(text: string | undefined): string | undefined {
  return text === undefined || text === "" || /^(?:\(null\)|N\/A|None assigned)$/i.test(text)
    ? undefined
    : text;
}

function readLaunches(lines: readonly Line[]): ReadonlyMap<string, LaunchFiles> {
  const launches = new Map<string, LaunchFiles>();
  const starts = lines.flatMap(([key], index) => (key === "launch" ? [index] : []));
  for (const [at, start] of starts.entries()) {
    const about = lines.slice(start, starts[at + 1]);
    launches.set(about[0]?.[1] ?? "", readFiles(about));
  }
  return launches;
}

function readFiles(about: readonly Line[]): LaunchFiles {
  const get = (wanted: string): string | undefined => about.find(([key]) => key === wanted)?.[1];
  const [closed, broken, home] = [get("closed"), get("broken"), get("homeless")];
  if (get("missing") !== undefined) return { kind: "missing" };
  if (home !== undefined) return { kind: "homeless", home };
  if (closed !== undefined)
    return { kind: "unreadable", reason: closed || "its directory cannot be entered" };
  if (broken !== undefined) return { kind: "unreadable", reason: `its file ${broken} cannot be read` };
  const words = (key: string): string[] | undefined => get(key)?.split(" ");
  const state = get("state");
  const parsed = state === undefined ? undefined : runnerStateSchema.safeParse(parseJson(state));
  if (parsed?.success === false)
    return { kind: "unreadable", reason: `its state file is not a runner's: ${state?.slice(0, 200)}` };
  const [job, submitting, stop, started, term, end] = (
    ["job", "submitting", "stop", "started", "term", "end"] as const
  ).map(words);
  const requeues = get("run");
  const verdict = get("verdict");
  return {
    kind: "there",
    job: job?.[0] === undefined ? undefined : { id: job[0], submittedAt: Number(job[1]) },
    submitting:
      submitting === undefined
        ? undefined
        : {
            since: Number(submitting[0]),
            lock: get("locked") !== undefined ? "held" : get("lockless") !== undefined ? "none" : "free",
          },
    stopAskedAt: stop === undefined ? undefined : Number(stop[0]),
    isGone: get("gone") !== undefined,
    verdict: verdict === undefined ? undefined : parseJson(verdict),
    run:
      requeues === undefined
        ? undefined
        : {
            requeues: Number(requeues),
            started:
              started === undefined
                ? undefined
                : {
                    jobId: started[0] ?? "",
                    node: started[1] ?? "",
                    at: Number(started[2]),
                    endsAt: seconds(started[3]),
                  },
            termAt: term === undefined ? undefined : Number(term[0]),
            end: end === undefined ? undefined : { exitCode: Number(end[0]), at: Number(end[1]) },
            state: parsed?.data,
          },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // told as unreadable by whoever needs it
    return undefined;
  }
}
