/**
 * Requests leave much garbage, nearly all of it at once. V8 lets the space for it grow to 128 MiB under load, where 16
 * carry as many requests; how far is told to Node at its start, and by nothing later.
 */
const flag = "--max-semi-space-size";
const halfMiB = 8;

/** glibc keeps an arena for each thread, and in each what its thread once needed: some 25 MiB, most of it of compilers. */
const arenas = { name: "MALLOC_ARENA_MAX", count: "1" } as const;

/** Starts this process's program anew with its memory bounded, unless it is; where Node cannot do that, it goes on as it is. */
export function boundMemory(): void {
  const { execPath, execArgv, argv, env } = process;
  const isBounded = [...execArgv, env["NODE_OPTIONS"] ?? ""].some((words) => words.includes(flag));
  if (isBounded) {
    // it was for this process, and not for engines that it starts
    if (env[arenas.name] === arenas.count) delete env[arenas.name];
    return;
  }
  process.execve?.(execPath, [execPath, ...execArgv, `${flag}=${halfMiB}`, ...argv.slice(1)], {
    [arenas.name]: arenas.count,
    ...env,
  });
}
