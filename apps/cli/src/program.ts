import { Command } from "commander";
import { makeCli } from "./cli.ts";
import { commandTree, type CommandEntry } from "./command-tree.ts";
import { exitCodes } from "./exit.ts";
import { addGlobalOptions, type GlobalOptions } from "./global-options.ts";
import type { Io } from "./io.ts";
import { splitOwnUrl } from "./own-url.ts";
import { makeStyle } from "./terminal/style.ts";
import { readVersion } from "./version.ts";

const exitCodeHelp = `
Start here:
  berth start                                       the server, its console and a small demo model
  berth chat pilot                                  talk to that model
  berth model add Qwen/Qwen3-0.6B-GGUF              download another one
  berth run text-generation Qwen/Qwen3-0.6B-GGUF    and launch it

Exit codes:
  ${exitCodes.ok} done, ${exitCodes.failed} failed, ${exitCodes.usage} wrong command line, ${exitCodes.unreachable} no server answers, ${exitCodes.refused} key refused, ${exitCodes.notFound} not found,
  ${exitCodes.timedOut} timed out, ${exitCodes.interrupted} interrupted
`;

const globalHelp = `
Every command also takes --url, --token, --home-dir, --json, --yes, --verbose and --no-color (berth --help).`;
const ownUrlHelp = `
The server's own address goes before the command: berth --url ADDRESS provider ...`;

/** Every command by name and summary; its options, arguments and work are loaded when it is called. */
export function makeProgram(io: Io): Command {
  const program = new Command("berth");
  const { bold } = makeStyle(true);
  program
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: (text, write) => write(oneLineError(text)),
    })
    .configureHelp({ styleTitle: bold, sortSubcommands: false })
    .description("Runs open models on your computers behind one OpenAI-compatible address.")
    .usage("[options] <command>")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show a command's options and examples")
    .version(readVersion(), "-V, --version", "print the version")
    .addHelpText("after", exitCodeHelp);
  const { hasOwnUrl, serverUrl } = splitOwnUrl(io.argv);
  addGlobalOptions(program, { url: !hasOwnUrl });
  if (serverUrl !== undefined) program.setOptionValue("url", serverUrl);
  addEntries(program, commandTree, (command, entry) => load(command, entry, io, program));
  return program;
}

type Loader = (command: Command, entry: CommandEntry) => Promise<void>;

function addEntries(parent: Command, entries: Readonly<Record<string, CommandEntry>>, loader: Loader): void {
  for (const [name, entry] of Object.entries(entries)) {
    const command = parent
      .command(name, { hidden: entry.hidden === true })
      .summary(entry.summary)
      .description(`${entry.summary.charAt(0).toUpperCase()}${entry.summary.slice(1)}.`)
      .helpCommand(false);
    if (entry.aliases !== undefined) command.aliases([...entry.aliases]);
  }
  parent.hook("preSubcommand", async (_, command) => {
    const entry = entries[command.name()];
    if (entry !== undefined) await loader(command, entry);
  });
}

async function load(command: Command, entry: CommandEntry, io: Io, program: Command): Promise<void> {
  const options = program.opts<GlobalOptions>();
  const cli = makeCli(io, options);
  if (entry.load !== undefined) (await entry.load()).define(command, cli);
  if (entry.commands !== undefined) {
    addEntries(command, entry.commands, (child, childEntry) => load(child, childEntry, io, program));
    return;
  }
  const hasOwnUrl = command.options.some(({ long }) => long === "--url");
  command.addHelpText("after", hasOwnUrl ? globalHelp.replace("--url, ", "") + ownUrlHelp : globalHelp);
  command.hook("preAction", () => {
    if (options.token !== undefined) {
      cli.warn("other users of this machine can read --token in the process list; BERTH_AUTH_TOKEN hides it");
    }
  });
}

/** `berth: unknown option '--al' (did you mean --all?)`: commander's complaint on one line. */
function oneLineError(text: string): string {
  const said = text
    .trim()
    .replace(/^error: /, "")
    .replace(/\n\(Did you mean (.*)\?\)$/s, " (did you mean $1?)");
  return `berth: ${said}\n`;
}
