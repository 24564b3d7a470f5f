import { z } from "./schema.ts";

/**
 * What passes between the control plane and the runner beside an engine. The launcher writes `spec.json` and `secret`
 * into the launch directory (0700; files 0600) and starts `runner --dir DIR`; the runner writes `claim.json`,
 * `state.json` (each replaced whole, by rename) and `engine.log` there.
 */

/** The files of a launch directory, by what they hold. */
export const launchFiles = {
  spec: "spec.json",
  secret: "secret",
  claim: "claim.json",
  state: "state.json",
  /** What the runner itself printed: nothing, when all is well. */
  runnerLog: "runner.log",
  engineLog: "engine.log",
  /** What was `engine.log` before it grew to half of `maxLogBytes`. */
  earlierEngineLog: "engine.log.1",
  /** The `config` of an embedded engine. */
  engineConfig: "engine.json",
  engineSocket: "engine.sock",
} as const;

/**
 * The environment variable that runner and engine bear, and whatever they start inherits: `<homeId>/<launchId>`. By it
 * a launcher finds what is left of a launch whose runner was killed.
 */
export const launchMarkName = "BERTH_LAUNCH";

export function launchMarkOf(launch: { readonly homeId: string; readonly launchId: string }): string {
  return `${launch.homeId}/${launch.launchId}`;
}

/** How the runner reaches the engine it starts. */
export const engineListenSchema = z.discriminatedUnion("kind", [
  /** A Unix socket in the launch directory, which only this user can enter. */
  z.object({ kind: z.literal("socket") }),
  /**
   * A loopback port of the engine's own. Other users of the machine can reach it unless it asks for `{key}`, or is
   * `private`: then it lies in a network namespace that only the runner leads into; where the machine grants none, the
   * launch is refused.
   */
  z.object({ kind: z.literal("port"), reach: z.literal("private").optional() }),
]);

/**
 * What the runner knows of a launch and its machine, for the words that start and end a container: `{launch}` and
 * `{homeId}` name it; `{secrets}` is the directory in the launch's own that holds those that are files; `{scratch}` is a directory of its own on the machine's own disk (0700, gone after the launch) that
 * holds `work`, and `io`, where the engine's socket and nothing else lies; `{home}` is the user's home directory;
 * `{uid}` and `{gid}` are the user's.
 */
export const containerFactNames = ["launch", "homeId", "secrets", "scratch", "home", "uid", "gid"] as const;
export type ContainerFacts = Readonly<Record<(typeof containerFactNames)[number], string>>;

/** Where a container that uses secrets as files sees `{secrets}`. */
export const containedSecretsDir = "/berth/secrets";

const containerSchema = z.object({
  /**
   * Commands that leave nothing of the container behind, whatever state it is in: a container may live outside the
   * runner's family. The runner runs them in turn at its end, the launcher for a runner that was killed.
   */
  cleanup: z.array(z.array(z.string()).min(1)),
  /** Variables of the runner's own environment that the engine needs, by the names it is to get them under. */
  forward: z.record(z.string(), z.string()),
  /** Directories of Berth's own that are mounted: made (0700) where they are absent, since no runtime mounts what is not there. */
  makes: z.array(z.string()).optional(),
});

/** What the runner starts. */
export const engineProgramSchema = z.discriminatedUnion("kind", [
  /** An engine of ours inside the runner's bundle: `runner engine NAME --config FILE --socket PATH`. */
  z.object({
    kind: z.literal("embedded"),
    engine: z.string(),
    config: z.record(z.string(), z.unknown()),
    /** Beside the runner's own. */
    env: z.record(z.string(), z.string()).optional(),
  }),
  /**
   * Any program. The runner fills `{port}`, `{socket}` and `{key}` (a bearer key of the engine's own, made for this
   * launch) into `argv` and `env`; other braces stay as they are.
   */
  z.object({
    kind: z.literal("command"),
    argv: z.array(z.string()).min(1),
    env: z.record(z.string(), z.string()),
    cwd: z.string().nullable(),
    /** It wraps the engine in a container: then the braces of `containerFactNames` are filled in as well. */
    container: containerSchema.optional(),
  }),
]);
export type EngineProgram = z.infer<typeof engineProgramSchema>;

export const runnerSpecSchema = z.object({
  version: z.literal(1),
  homeId: z.string(),
  serviceId: z.string(),
  /** `<serviceId>-<attempt>`; names the launch directory and the process. */
  launchId: z.string(),
  program: engineProgramSchema,
  listen: engineListenSchema,
  /** Answers 2xx when the engine is ready. */
  healthPath: z.string(),
  startTimeoutMs: z.number().int(),
  /** How long requests may go on after SIGTERM. */
  drainMs: z.number().int(),
  /** Where the runner binds: it picks the port itself. */
  bindHost: z.string(),
  /** Others reach it by the machine's own name, not by `bindHost`. */
  reachedBy: z.literal("machine").optional(),
  /** Speaks TLS, with a certificate made at its start; its fingerprint stands in the state file. */
  tls: z.boolean().optional(),
  /** The engine's socket lies on the machine's own disk, since the launch directory is on a network file system. */
  localSocket: z.boolean().optional(),
  /**
   * By environment variables: the value, as it is, or a text that the engine gets as a file which only this user can read; then
   * the variable has the file's path. What the program's own environment says under these names is only their place.
   */
  secrets: z
    .object({ env: z.record(z.string(), z.string()), files: z.record(z.string(), z.string()) })
    .optional(),
  /** Ends itself after this long without a request. */
  idleTimeoutMs: z.number().int().optional(),
  maxLogBytes: z.number().int(),
});
export type RunnerSpec = z.infer<typeof runnerSpecSchema>;

/** A process that can be told from a later one with the same number. */
export const processIdentitySchema = z.object({
  pid: z.number().int(),
  bootId: z.string(),
  /** Ticks since boot (Linux), or the start time as `ps` prints it. */
  startTime: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/**
 * The claim file: who runs the launch. It is made once, by one of many who may try, and never changes hands; a launch
 * without one has started nothing.
 */
export const runnerClaimSchema = z.object({
  version: z.literal(1),
  launchId: z.string(),
  /** `null`: the launch was given up before a runner took it, and no runner may take it any more. */
  runner: processIdentitySchema.nullable(),
  /** `/etc/machine-id` where there is one: a home may be shared by machines that cannot see each other's processes. */
  machineId: z.string().nullable(),
});
export type RunnerClaim = z.infer<typeof runnerClaimSchema>;

export const runnerExitSchema = z.object({
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  /** In words: "the engine was killed by SIGKILL". */
  reason: z.string(),
  logTail: z.array(z.string()),
  /** It was asked to stop. */
  requested: z.boolean(),
  /**
   * Why it stopped by itself: it had nothing to do for `idleTimeoutMs`, or the engine was not ready within `startTimeoutMs`. Or a guess at who asked: the scheduler, shortly
   * before the wall time of its job was over (`BERTH_JOB_ENDS_AT` or `SLURM_JOB_END_TIME`, in seconds since 1970, tells when).
   */
  cause: z.enum(["idle", "late", "time_limit"]).optional(),
});
export type RunnerExit = z.infer<typeof runnerExitSchema>;

/** The state file: where the runner is and how the engine does. */
export const runnerStateSchema = z.object({
  version: z.literal(1),
  serviceId: z.string(),
  launchId: z.string(),
  host: z.string(),
  port: z.number().int().nullable(),
  /** SHA-256 of the runner's certificate in lower-case hex, where it speaks TLS. */
  fingerprint: z.string().nullish(),
  runner: processIdentitySchema,
  engine: processIdentitySchema.nullable(),
  /** A private directory that holds the engine's socket, where the launch directory's path is too long for one. */
  socketDir: z.string().nullable(),
  /** `{scratch}` of a program in a container. */
  scratchDir: z.string().nullish(),
  /** `installing`: it fetches what the engine is made of; only then does the engine start, and its time to do so. */
  phase: z.enum(["installing", "starting", "ready", "draining", "exited"]),
  /** While installing and starting: what it is doing, and how far (0 to 1) where that is known. */
  progress: z.object({ message: z.string(), fraction: z.number().nullable() }).nullable(),
  exit: runnerExitSchema.nullable(),
  updatedAt: z.number().int(),
});
export type RunnerState = z.infer<typeof runnerStateSchema>;

/** `GET /-/health` on the runner's port, with the service's secret. */
export const runnerHealthSchema = z.object({
  serviceId: z.string(),
  launchId: z.string(),
  phase: runnerStateSchema.shape.phase,
  progress: runnerStateSchema.shape.progress,
  inFlight: z.number().int(),
  lastActivityAt: z.number().int().nullable(),
  startedAt: z.number().int(),
  memoryMiB: z.number().int().nullable(),
  /** What the engine tells of itself: context, parallel sequences, model facts. */
  engine: z
    .object({ contextTokens: z.number().int().nullish(), parallel: z.number().int().nullish() })
    .nullable(),
});
export type RunnerHealth = z.infer<typeof runnerHealthSchema>;

/** Carries the service's secret on every request to a runner; anything without it gets 401. */
export const runnerSecretHeader = "x-berth-runner-secret";
export const runnerHealthPath = "/-/health";
/** How many requests the engine is to work on at once, said with each of them; the runner lets the others wait in the order they came. */
export const atOnceHeader = "x-berth-at-once";
/**
 * On an error's answer, of a runner or to whoever calls a job: nothing of the request has reached what was to work on it. An
 * engine that says so is not believed.
 */
export const notBegunHeader = "x-berth-not-begun";

/** Where an embedded engine reports on itself: 503 while it loads, 200 once it is ready. */
export const engineHealthPath = "/health";

export const engineHealthSchema = z.object({
  status: z.enum(["loading", "ready"]),
  /** While loading. */
  progress: runnerStateSchema.shape.progress,
  /** Tokens one sequence may hold, known once ready. */
  contextTokens: z.number().int().nullable(),
  /** Sequences answered at once, known once ready. */
  parallel: z.number().int().nullable(),
});
export type EngineHealth = z.infer<typeof engineHealthSchema>;
