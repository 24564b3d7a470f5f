/**
 * Requests leave much garbage, nearly all of it at once. V8 lets the space for it grow to 128 MiB under load, where 16
 * carry as many requests; how far is told to Node at its start, and by nothing later.
 */
const flag = "--max-semi-space-size";
const halfMiB = 8;

/** Starts this process's program anew with that space bounded, unless it is; where Node cannot do that, it goes on as it is. */
export function boundYoungGeneration(): void {
  const { execPath, execArgv, argv, env } = process;
  const isBounded = [...execArgv, env["NODE_OPTIONS"] ?? ""].some((words) => words.includes(flag));
  if (isBounded) return;
  process.execve?.(execPath, [execPath, ...execArgv, `${flag}=${halfMiB}`, ...argv.slice(1)], env);
}
