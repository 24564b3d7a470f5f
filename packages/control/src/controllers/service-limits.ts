import type { BackoffOptions } from "@berth/std/backoff";

/** How patient the control plane is with services. */
export interface ServiceLimits {
  /** Failures in a row that end a service which was never healthy: a wrong option does not heal by itself. */
  readonly startFailures: number;
  /** Failures in a row, each less than `stableMs` after becoming healthy, that end a service. */
  readonly crashFailures: number;
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
};
