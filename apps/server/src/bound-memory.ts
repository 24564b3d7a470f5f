/**
 * Requests leave much garbage, nearly all of it at once. V8 lets the space for it grow to 128 MiB under load, where 16
 * carry as many requests; how far is told to Node at its start, and by nothing later.
 */
const flag = "--max-semi-space-size";
const halfMiB = 8;

/** glibc keeps an arena for each thread, and in each what its thread once needed: some 25 MiB, most of it of compilers. */
const arenas = "MALLOC_ARENA_MAX";
/** Says that the number of arenas is of our own choice: for this process, and not for engines that it starts. */
const mark = "BERTH_CHOSE_ARENAS";

/** Starts this process's program anew with its memory bounded, unless somebody has said how; where Node cannot, it goes on as it is. */
export function boundMemory(): void {
  const { execPath, execArgv, argv, env } = process;
  if (env[mark] !== undefined) {
    delete env[mark];
    delete env[arenas];
  }
  if ([...execArgv, env["NODE_OPTIONS"] ?? ""].some((words) => words.includes(flag))) return;
  process.execve?.(execPath, [execPath, ...execArgv, `${flag}=${halfMiB}`, ...argv.slice(1)], {
    ...(env[arenas] === undefined ? { [arenas]: "1", [mark]: "1" } : {}),
    ...env,
  });
}
