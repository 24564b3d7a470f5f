export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** 0 to 1: how much of the delay is left to chance. */
  readonly jitter: number;
}

/** The delay before try number `failures` (1 after the first failure): doubling, capped, with jitter from `random`. */
export function backoffMs(
  failures: number,
  options: BackoffOptions,
  random: () => number = Math.random,
): number {
  const full = Math.min(options.maxMs, options.firstMs * 2 ** Math.max(0, Math.min(failures, 32) - 1));
  return Math.round(full * (1 - options.jitter * random()));
}
