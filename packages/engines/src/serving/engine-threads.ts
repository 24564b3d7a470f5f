/** What is known of a machine's processor. */
export interface Cores {
  readonly cpuCores: number;
  /** Threads of engines already running there. */
  readonly busyThreads: number;
}

/**
 * Threads for one more engine: one core is left to everything else, and cores that other engines keep busy are not
 * counted, but never less than one. ggml's threads spin at barriers: as many of them as there are cores makes decoding
 * hundreds of times slower as soon as anything else runs.
 */
export function engineThreads({ cpuCores, busyThreads }: Cores): number {
  return Math.max(1, Math.floor(cpuCores) - 1 - busyThreads);
}
