/**
 * The server's own program: `start` (control plane and gateway in one process), and what must work without a running
 * server: `config`, `init`, `profile ...`, `db check|backup`. People call it through the CLI.
 */
import { isBerthError, type ErrorCode } from "@berth/api";
import { keepCompiledCode } from "@berth/std/compile-cache";
import { boundMemory } from "./bound-memory.ts";

if ((process.argv[2] ?? "start") === "start") boundMemory();
keepCompiledCode(process.env);

const [command = "start", ...argv] = process.argv.slice(2);

/** As the CLI's own; everything else is 1. */
const exitCodes: Partial<Record<ErrorCode, number>> = {
  invalid_request: 2,
  unknown_parameter: 2,
  not_found: 5,
};

/** Each command is loaded only when it is asked for. */
const commands: Readonly<Record<string, () => Promise<(argv: readonly string[]) => Promise<void>>>> = {
  start: async () => (await import("./start.ts")).start,
  config: async () => (await import("./commands/config.ts")).printConfig,
  init: async () => (await import("./commands/init.ts")).init,
  profile: async () => (await import("./commands/profile.ts")).profile,
  db: async () => (await import("./commands/database.ts")).database,
};

try {
  const load = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (load === undefined) {
    console.error(`berth: unknown command ${command}; one of: ${Object.keys(commands).join(", ")}`);
    process.exitCode = 2;
  } else await (await load())(argv);
} catch (error) {
  if (isBerthError(error) && argv.includes("--json"))
    console.log(JSON.stringify(error.toBody(), undefined, 2));
  console.error(`berth: ${(error as Error).message}`);
  if (!isBerthError(error)) console.error((error as Error).stack);
  // at once: a server that failed half started must not go on listening
  process.exit(isBerthError(error) ? (exitCodes[error.code] ?? 1) : 1);
}
