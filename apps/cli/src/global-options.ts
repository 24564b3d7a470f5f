import type { Command } from "commander";

/** Options that every command takes, before or after its name. */
export interface GlobalOptions {
  readonly url?: string;
  readonly token?: string;
  readonly homeDir?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly verbose?: boolean;
  readonly color: boolean;
}

/** Without `url` for commands that have a `--url` of their own. */
export function addGlobalOptions(program: Command, { url = true } = {}): Command {
  if (url) program.option("--url <address>", "the server's address (BERTH_URL)");
  return program
    .option("--token <key>", "the key to call it with; better given as BERTH_AUTH_TOKEN")
    .option("--home-dir <dir>", "Berth's home (BERTH_HOME_DIR; ~/.berth)")
    .option("--json", "print JSON, as the management API answers")
    .option("-y, --yes", "never ask; take yes for an answer")
    .option("--verbose", "tell all about a failure")
    .option("--no-color", "no colours (NO_COLOR)");
}
