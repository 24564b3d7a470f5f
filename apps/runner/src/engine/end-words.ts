import { readFileSync } from "node:fs";

/** How the engine's process ended. */
export interface EngineEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The kernel killed something for want of memory while the engine ran. */
  readonly memoryRanOut: boolean;
}

/** "the engine was killed by SIGKILL; the machine had run out of memory" */
export function endWords(end: EngineEnd, wasReady: boolean): string {
  const before = wasReady ? "" : " before it was ready";
  if (end.signal === null) return `the engine exited with code ${end.exitCode}${before}`;
  const memory = end.signal === "SIGKILL" && end.memoryRanOut ? "; the machine had run out of memory" : "";
  return `the engine was killed by ${end.signal}${before}${memory}`;
}

/** How many processes the kernel has killed for want of memory since it started; 0 where it does not tell. */
export function memoryKills(): number {
  if (process.platform !== "linux") return 0;
  const counters = readFileSync("/proc/vmstat", "utf8");
  return Number(/^oom_kill (\d+)$/m.exec(counters)?.[1] ?? 0);
}
