import type { Profile } from "@berth/api";
import type { BackoffOptions } from "@berth/std/backoff";

/** How patient the control plane is with services. */
export interface ServiceLimits {
  /** Failures in a row that end a service which was never healthy: a wrong option does not heal by itself. */
  readonly startFailures: number;
  /** Failures in a row, each less than `stableMs` after becoming healthy, that end a service. */
  readonly crashFailures: number;
  /** Failures in a row that end a service whose nodes fail under it. */
  readonly nodeFailures: number;
  /** Healthy for this long, earlier failures are forgiven. */
  readonly stableMs: number;
  /** Between a failure and the next launch. */
  readonly retry: BackoffOptions;
  /** Exit codes before the first health that no retry mends: a configuration refused, a program not there. */
  readonly hopelessExitCodes: readonly number[];
  /** Added to the plan's own start timeout, so that the runner, which keeps it too, has the first word. */
  readonly startGraceMs: number;
  /** Failed probes in a row until HEALTHY turns UNHEALTHY. */
  readonly unhealthyAfterProbes: number;
  /** Good probes in a row until UNHEALTHY turns HEALTHY. */
  readonly healthyAfterProbes: number;
  /** Between SIGTERM and SIGKILL; longer than `drainMs` and the 5 s that a runner then gives its engine. */
  readonly stopGraceMs: number;
  /** How long requests may go on in a runner that was told to stop. */
  readonly drainMs: number;
  readonly probeTimeoutMs: number;
  /** Between the tries to reach a place that refuses a launch until somebody logs in, or that is not reached. */
  readonly reach: BackoffOptions;
  /** Between a successor that was never ready and the next. */
  readonly successorRetry: BackoffOptions;
  /** A launch that was taken over from is asked to end this long after, once it answers nobody. */
  readonly handoverMs: number;
  readonly maxLogBytes: number;
  /** Launches whose files stay on disk while their service lives; older ones are forgotten. */
  readonly keptLaunches: number;
}

export const defaultServiceLimits: ServiceLimits = {
  startFailures: 3,
  crashFailures: 5,
  stableMs: 60_000,
  retry: { firstMs: 500, maxMs: 60_000, jitter: 0 },
  // EX_CONFIG of sysexits.h; the shell's "found but not executable" and "not found"
  hopelessExitCodes: [78, 126, 127],
  startGraceMs: 5_000,
  unhealthyAfterProbes: 3,
  healthyAfterProbes: 2,
  stopGraceMs: 20_000,
  drainMs: 10_000,
  probeTimeoutMs: 2_000,
  maxLogBytes: 16 * 1024 * 1024,
  keptLaunches: 5,
  nodeFailures: 10,
  reach: { firstMs: 2_000, maxMs: 30_000, jitter: 0 },
  successorRetry: { firstMs: 5_000, maxMs: 300_000, jitter: 0 },
  handoverMs: 2_000,
};

/**
 * On another machine a lost probe says more of the way than of the service: the connection's own watch, which takes
 * 15 to 20 s to notice that it is dead, has the first word.
 */
export function limitsAt(profile: Pick<Profile, "schema"> | undefined, limits: ServiceLimits): ServiceLimits {
  if (profile === undefined || profile.schema === "local") return limits;
  return {
    ...limits,
    probeTimeoutMs: Math.max(limits.probeTimeoutMs, 10_000),
    unhealthyAfterProbes: Math.max(limits.unhealthyAfterProbes, 6),
  };
}
