import { CommanderError } from "commander";
import { CliError, exitCodes } from "./exit.ts";
import type { Io } from "./io.ts";
import { splitOwnUrl } from "./own-url.ts";
import { makeProgram } from "./program.ts";
import { exitReason, tellError } from "./tell-error.ts";

/** Runs one command line. Resolves with the exit code; what went wrong has been told. */
export async function runBerth(io: Io): Promise<number> {
  const program = makeProgram(io);
  if (io.argv.length === 0) {
    program.outputHelp();
    return exitCodes.ok;
  }
  try {
    await program.parseAsync(asHelpOption(splitOwnUrl(io.argv).argv), { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    // Commander has told it already: help, the version, or what is wrong with the command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    // Ctrl-C is how following a log or events ends: there is nothing to say.
    const isQuiet = error instanceof CliError && error.message === "";
    if (!isQuiet) io.stderr.write(tellError(error, program.opts<{ verbose?: boolean }>().verbose === true));
    return exitCodes[exitReason(error)];
  }
}

/** `help model add` asks what `model add --help` does: commander's own would show commands that are not loaded. */
function asHelpOption(argv: readonly string[]): readonly string[] {
  return argv[0] === "help" ? [...argv.slice(1), "--help"] : argv;
}
