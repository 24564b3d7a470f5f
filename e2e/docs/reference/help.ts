import { execFile } from "node:child_process";
import { join } from "node:path";
import { cleanEnvironment, top } from "../../berth-process.ts";

/** What `--help` says of a command. */
export interface Help {
  readonly usage: string;
  /** `Options`, `Launch`, `Commands` ... with their entries, in order. */
  readonly sections: ReadonlyMap<string, readonly HelpEntry[]>;
}

export interface HelpEntry {
  /** `-r, --revision <revision>` or `<model>`. */
  readonly term: string;
  readonly text: string;
}

/** Asks the CLI itself. */
export async function readHelp(command: readonly string[]): Promise<Help> {
  return parseHelp(await berth([...command, "--help"]));
}

/** Standard output of the built CLI, with every setting at its default. Throws when it fails. */
export function berth(words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const argv = [join(top, "apps/cli/dist/berth.mjs"), ...words];
    const env = cleanEnvironment({ HF_HUB_OFFLINE: "" });
    execFile(process.execPath, argv, { env }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`berth ${words.join(" ")}: ${stderr}`)),
    );
  });
}

/** Every command that the CLI lists and that has work of its own, as its words. */
export async function listCommands(above: readonly string[] = []): Promise<readonly (readonly string[])[]> {
  const { sections } = await readHelp(above);
  const names = (sections.get("Commands") ?? []).map(({ term }) => term.split(/[|\s]/)[0] ?? "");
  const found = await Promise.all(
    names
      .filter((name) => name !== "help")
      .map(async (name) => {
        const below = await listCommands([...above, name]);
        return below.length === 0 ? [[...above, name]] : [[...above, name], ...below];
      }),
  );
  return found.flat();
}

export function parseHelp(text: string): Help {
  const lines = text.split("\n");
  const usage = /^Usage: (.*)$/m.exec(text)?.[1] ?? "";
  const sections = new Map<string, HelpEntry[]>();
  let entries: HelpEntry[] | undefined;
  for (const line of lines) {
    const title = /^([A-Z][A-Za-z ]+):$/.exec(line)?.[1];
    const entry = /^ {2}(\S.*?)(?: {2,}(\S.*))?$/.exec(line);
    const last = entries?.at(-1);
    if (title !== undefined) sections.set(title, (entries = []));
    else if (line.trim() === "") entries = undefined;
    else if (entries !== undefined && entry !== null)
      entries.push({ term: entry[1] ?? "", text: entry[2] ?? "" });
    else if (entries !== undefined && last !== undefined)
      entries.splice(-1, 1, { ...last, text: `${last.text} ${line.trim()}`.trim() });
  }
  return { usage, sections };
}
