import { BerthError, type RunnerAddress, type RunnerExit, type RunnerHealth } from "@berth/api";
import type {
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
}

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
  /** Questions asked, each with how many launches it was about. */
  readonly questions: number[] = [];
  /** Nobody can be seen or reached. */
  dark = false;
  /** Every launch is refused with this. */
  refusal: BerthError | undefined;
  /** What happens to a process as soon as it is started. */
  fate: "ready" | "loading" | { readonly exitCode: number } = "ready";

  #live(serviceId: string): string[] {
    return [...this.launches]
      .filter(([, launch]) => launch.serviceId === serviceId && launch.exit === undefined)
      .map(([id]) => id);
  }

  isRunning(serviceId: string): boolean {
    return this.#live(serviceId).length > 0;
  }

  launch(request: LaunchRequest): Promise<string> {
    if (this.dark) return Promise.reject(new BerthError("upstream_failed", "no route to host"));
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    const { launchId, serviceId, secret } = request;
    if (!this.launches.has(launchId)) {
      const others = this.#live(serviceId);
      if (others.length > 0) this.violations.push(`${launchId} was started while ${others.join()} ran`);
      this.started.set(launchId, (this.started.get(launchId) ?? 0) + 1);
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
      this.launches.set(launchId, { serviceId, secret, url, ready: this.fate === "ready", exit });
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
    if (launch === undefined) return { kind: "absent" };
    if (launch.exit !== undefined) return { kind: "exited", exit: launch.exit };
    return { kind: "running", address: { url: launch.url }, state: undefined };
  }

  stop({ launchId, serviceId }: LaunchRef, _options: StopOptions): Promise<void> {
    if (this.dark) return Promise.reject(new BerthError("upstream_failed", "no route to host"));
    const exit = { ...gone, reason: "stopped", requested: true };
    const launch = this.launches.get(launchId);
    if (launch === undefined) {
      this.launches.set(launchId, { serviceId, secret: "", url: "", ready: false, exit });
    } else {
      launch.exit ??= exit;
    }
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
      if (launch.url !== url || launch.exit !== undefined || this.dark) continue;
      if (launch.secret !== secret) return Promise.reject(new Error("status 401"));
      return Promise.resolve({
        serviceId: launch.serviceId,
        launchId,
        phase: launch.ready ? "ready" : "starting",
        progress: launch.ready ? null : { message: "loading", fraction: 0.5 },
        inFlight: 0,
        lastActivityAt: null,
        startedAt: 0,
        memoryMiB: 42,
        engine: { contextTokens: 1024, parallel: 2 },
      });
    }
    return Promise.reject(new Error("connection refused"));
  }

  /** The running process of the service ends by itself. */
  crash(serviceId: string, exitCode = 1): void {
    for (const id of this.#live(serviceId)) {
      const launch = this.launches.get(id);
      if (launch === undefined) continue;
      launch.exit = {
        ...gone,
        exitCode,
        reason: `exit code ${exitCode}`,
        logTail: ["boom"],
        requested: false,
      };
    }
  }
}
