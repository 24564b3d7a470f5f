import type {
  Profile,
  Resources,
  RunnerAddress,
  RunnerExit,
  RunnerSpec,
  RunnerState,
  SlurmJob,
  Transport,
} from "@berth/api";

/** Where a process runs. This is the port; `./local` and `./fake` are adapters, each passing `./conformance`. */

/** Names one launch for ever: derived from the home and the service's row, so it is found again after a crash. */
export interface LaunchRef {
  readonly homeId: string;
  readonly serviceId: string;
  /** `<serviceId>-<attempt>`. */
  readonly launchId: string;
  readonly profile: Profile;
  /** What `launch` returned, if its answer was ever stored. Adapters must manage without it. */
  readonly handle: string | undefined;
}

export interface LaunchRequest extends LaunchRef {
  readonly spec: RunnerSpec;
  /** Travels in a 0600 file; never in argv, environment, logs or a job script. */
  readonly secret: string;
  /** For schedulers; `{}` elsewhere. The profile's site defaults are not in it yet. */
  readonly resources: Resources;
}

/** What ended a launch, beside what its runner could say. */
export type EndCause =
  /** The engine, or the runner. */
  | "engine"
  | "time_limit"
  | "preempted"
  /** By somebody else than us: an administrator, or the user's own scancel. */
  | "cancelled"
  | "out_of_memory"
  | "node_failed"
  /** The scheduler could not start it: no such directory, a bad node, a deadline. */
  | "not_started";

/** What the launcher sees, not what we wish. */
export type Observation =
  /** Accepted, not running yet. */
  | {
      readonly kind: "queued";
      readonly detail: string;
      readonly expectedStartMs: number | undefined;
      readonly job?: SlurmJob;
    }
  /** The runner's process lives, or its Slurm job does. `address` is absent until it has bound its port. */
  | {
      readonly kind: "running";
      readonly address: RunnerAddress | undefined;
      readonly transport?: Transport;
      /** Why the way to it carries nothing at the moment, where that is known. */
      readonly trouble?: string;
      readonly state: RunnerState | undefined;
      readonly job?: SlurmJob;
      /** The scheduler has suspended it: it answers nobody, and nothing is wrong with it. */
      readonly suspended?: boolean;
    }
  /** It ran and is over, with everything it started. */
  | { readonly kind: "exited"; readonly exit: RunnerExit; readonly cause?: EndCause; readonly job?: SlurmJob }
  /** Nothing was ever started under this name, surely. Launching is safe. */
  | { readonly kind: "absent" }
  /** We cannot see. Unknown is not dead. */
  | { readonly kind: "unknown"; readonly reason: string };

export interface StopOptions {
  /** SIGTERM first; what still lives after this is killed. 0 kills at once. */
  readonly graceMs: number;
}

export interface LogOptions {
  /** Last lines to begin with; all when absent. */
  readonly tailLines?: number | undefined;
  /** Go on until the launch is over or the signal aborts. */
  readonly follow: boolean;
}

/**
 * Starts, observes and stops runners on one kind of profile. Never retries and never decides. Failures are BerthErrors
 * with what the system said, verbatim.
 */
export interface Launcher {
  /**
   * Returns when the launch is accepted, with an opaque handle to be stored. Idempotent by `launchId`: launching twice,
   * even by two servers at once, starts one runner. `tell` hears what takes long on the way, in words.
   */
  launch(request: LaunchRequest, signal: AbortSignal, tell?: (what: string) => void): Promise<string>;
  /** What is seen of each, by `launchId`; one query for all of them where the place allows. Never throws. */
  observe(refs: readonly LaunchRef[], signal: AbortSignal): Promise<ReadonlyMap<string, Observation>>;
  /** Resolves when runner, engine and everything below them are gone; what was never there is already gone. */
  stop(ref: LaunchRef, options: StopOptions, signal: AbortSignal): Promise<void>;
  /** The engine's output, and where a scheduler runs it the job's, as text chunks. Empty when there is none. */
  logs(ref: LaunchRef, options: LogOptions, signal: AbortSignal): AsyncIterable<string>;
  /** Deletes what the launch left on disk. Refuses (conflict) while it lives. */
  forget(ref: LaunchRef, signal: AbortSignal): Promise<void>;
}

/** What a launch would put on the place and run there. */
export interface LaunchFilesPreview {
  /** The job script, where there is one. */
  readonly jobScript: string | undefined;
  readonly argv: readonly string[];
  /** Secrets are replaced by asterisks. */
  readonly files: readonly { readonly path: string; readonly mode: string; readonly content: string }[];
  readonly warnings: readonly string[];
}

/** Of launchers that can tell beforehand. */
export interface PreviewingLauncher {
  /** Pure: asks nobody and changes nothing. Throws `invalid_request` for resources that cannot be asked for. */
  preview(request: LaunchRequest): LaunchFilesPreview;
  /** When the scheduler would start it, asked now (`sbatch --test-only`). Throws `launch_refused` with its words. */
  expectedStart(request: LaunchRequest, signal: AbortSignal): Promise<number | undefined>;
}

export {
  type RemoteAnswer,
  type RemoteCommand,
  type RemoteHost,
  type RemoteStream,
  type Tunnel,
  tunnelledAddress,
  type TunnelTarget,
} from "./remote/remote-host.ts";
export type { Answerer, HostQuestion, RemoteHosts } from "./remote/remote-hosts.ts";
