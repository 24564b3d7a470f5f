import {
  BerthError,
  type ErrorCode,
  type RunnerAddress,
  type RunnerExit,
  type RunnerHealth,
  type RunnerSpec,
  type SlurmJob,
} from "@berth/api";
import type {
  EndCause,
  Launcher,
  LaunchRef,
  LaunchRequest,
  LogOptions,
  Observation,
  StopOptions,
} from "@berth/launchers";

interface Launch {
  readonly serviceId: string;
  readonly url: string;
  readonly secret: string;
  ready: boolean;
  exit: RunnerExit | undefined;
  cause: EndCause | undefined;
  /** Waits in the queue, for this reason. */
  queued: string | undefined;
  suspended: boolean;
  inFlight: number;
  lastActivityAt: number | null;
  job: SlurmJob | undefined;
}

/** Of a launch in a cluster's queue. */
export function slurmJob(given: Partial<SlurmJob> = {}): SlurmJob {
  return {
    id: "1",
    state: "RUNNING",
    reason: null,
    partition: "gpu",
    node: "g1",
    submittedAt: null,
    startedAt: null,
    endsAt: null,
    expectedStartAt: null,
    jobsAhead: null,
    requeues: 0,
    ...given,
  };
}

const idle = {
  cause: undefined,
  queued: undefined,
  suspended: false,
  inFlight: 0,
  lastActivityAt: null,
  job: undefined,
};
const gone = { exitCode: 0, signal: null, logTail: [] };

/**
 * Where processes live, in memory: it outlives every server of a test, as engines do. It is a launcher and a probe at
 * once, and notes whatever must never be.
 */
export class Sea implements Launcher {
  readonly launches = new Map<string, Launch>();
  readonly violations: string[] = [];
  /** How often a process was really started, by launch. */
  readonly started = new Map<string, number>();
  /** What each launch was to start. */
  readonly specs = new Map<string, RunnerSpec>();
  /** Launches of which somebody was told, while that could be seen, that they are over or never were. */
  readonly toldOver = new Set<string>();
  /** Questions asked, each with how many launches it was about. */
  readonly questions: number[] = [];
  /** Launches of one service that may live at once: more while they follow each other. */
  together = 1;
  /** What is told of each launch's Slurm job as soon as it is there; nothing where there is no scheduler. */
  jobOf: ((launchId: string) => SlurmJob) | undefined;
  /** Nobody can be seen or reached. */
  dark = false;
  /** What launching and stopping is refused with while it is dark. */
  darkness: ErrorCode = "upstream_failed";
  /** Every launch is refused with this. */
  refusal: BerthError | undefined;
  /** What happens to a process as soon as it is started. */
  fate: "ready" | "loading" | "queued" | { readonly exitCode: number } = "ready";

  /** The launches of the service that have not ended. */
  live(serviceId: string): string[] {
    return [...this.launches]
      .filter(([, launch]) => launch.serviceId === serviceId && launch.exit === undefined)
      .map(([id]) => id);
  }

  isRunning(serviceId: string): boolean {
    return this.live(serviceId).length > 0;
  }

  launch(request: LaunchRequest, _signal?: AbortSignal): Promise<string> {
    if (this.dark) return Promise.reject(new BerthError(this.darkness, "no route to host"));
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    const { launchId, serviceId, secret } = request;
    if (!this.launches.has(launchId)) {
      const others = this.live(serviceId);
      if (others.length >= this.together)
        this.violations.push(`${launchId} was started while ${others.join()} ran`);
      this.started.set(launchId, (this.started.get(launchId) ?? 0) + 1);
      this.specs.set(launchId, request.spec);
      // what was told before is of a time before
      this.toldOver.delete(launchId);
      const exit =
        typeof this.fate === "object"
          ? {
              ...gone,
              ...this.fate,
              reason: `exit code ${this.fate.exitCode}`,
              logTail: ["boom"],
              requested: false,
            }
          : undefined;
      const url = `http://${launchId}`;
      const queued = this.fate === "queued" ? "other jobs go first (Priority)" : undefined;
      const job = this.jobOf?.(launchId);
      this.launches.set(launchId, {
        ...idle,
        serviceId,
        secret,
        url,
        ready: this.fate === "ready",
        exit,
        queued,
        job,
      });
    }
    return Promise.resolve(`handle of ${launchId}`);
  }

  observe(refs: readonly LaunchRef[]): Promise<ReadonlyMap<string, Observation>> {
    this.questions.push(refs.length);
    return Promise.resolve(new Map(refs.map(({ launchId }) => [launchId, this.#look(launchId)])));
  }

  #look(launchId: string): Observation {
    if (this.dark) return { kind: "unknown", reason: "no route to host" };
    const launch = this.launches.get(launchId);
    if (launch === undefined || launch.exit !== undefined) this.toldOver.add(launchId);
    if (launch === undefined) return { kind: "absent" };
    const { exit, cause, queued, suspended, url } = launch;
    const job = launch.job === undefined ? {} : { job: launch.job };
    if (exit !== undefined)
      return { kind: "exited", exit, ...(cause === undefined ? {} : { cause }), ...job };
    if (queued !== undefined) {
      return {
        kind: "queued",
        detail: queued,
        expectedStartMs: launch.job?.expectedStartAt ?? undefined,
        ...job,
      };
    }
    return {
      kind: "running",
      address: { url },
      state: undefined,
      ...(suspended ? { suspended } : {}),
      ...job,
    };
  }

  stop({ launchId, serviceId }: LaunchRef, _options: StopOptions): Promise<void> {
    if (this.dark) return Promise.reject(new BerthError(this.darkness, "no route to host"));
    const exit = { ...gone, reason: "stopped", requested: true };
    const launch = this.launches.get(launchId);
    if (launch === undefined) {
      this.launches.set(launchId, { ...idle, serviceId, secret: "", url: "", ready: false, exit });
    } else {
      launch.exit ??= exit;
    }
    this.toldOver.add(launchId);
    return Promise.resolve();
  }

  async *logs({ launchId }: LaunchRef, options: LogOptions): AsyncIterable<string> {
    yield `log of ${launchId}`;
    yield `, ${JSON.stringify(options)}`;
  }

  forget({ launchId }: LaunchRef): Promise<void> {
    if (this.launches.get(launchId)?.exit === undefined && this.launches.has(launchId)) {
      return Promise.reject(new BerthError("conflict", "it lives"));
    }
    this.launches.delete(launchId);
    return Promise.resolve();
  }

  probe({ url }: RunnerAddress, secret: string): Promise<RunnerHealth> {
    for (const [launchId, launch] of this.launches) {
      if (launch.url !== url || launch.exit !== undefined || this.dark || launch.queued !== undefined)
        continue;
      if (launch.secret !== secret) return Promise.reject(new Error("status 401"));
      return Promise.resolve({
        serviceId: launch.serviceId,
        launchId,
        phase: launch.ready ? "ready" : "starting",
        progress: launch.ready ? null : { message: "loading", fraction: 0.5 },
        inFlight: launch.inFlight,
        lastActivityAt: launch.lastActivityAt,
        startedAt: 0,
        memoryMiB: 42,
        engine: { contextTokens: 1024, parallel: 2 },
      });
    }
    return Promise.reject(new Error("connection refused"));
  }

  /** The running processes of the service end by themselves. */
  crash(serviceId: string, exitCode = 1): void {
    for (const id of this.live(serviceId)) this.end(id, { exitCode, reason: `exit code ${exitCode}` });
  }

  /** One launch ends, if it lives. */
  end(launchId: string, exit: Partial<RunnerExit>, cause?: EndCause): void {
    const launch = this.launches.get(launchId);
    if (launch === undefined || launch.exit !== undefined) return;
    launch.exit = { ...gone, reason: "over", logTail: ["boom"], requested: false, ...exit };
    launch.cause = cause;
  }
}
