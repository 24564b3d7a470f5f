import { Command, Option } from "commander";
import type { Cli } from "../cli.ts";
import { commandTree, type CommandEntry, type Completes } from "../command-tree.ts";
import { addGlobalOptions } from "../global-options.ts";

/** A word that fits, and what it is. */
export interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** Names that only the server knows. */
export type LiveNames = Exclude<Completes, "files">;

/** What could stand at the last of the words. */
export type Completion =
  | { readonly kind: "words"; readonly candidates: readonly Candidate[] }
  | { readonly kind: "names"; readonly of: LiveNames }
  /** Paths: the shell knows them best. */
  | { readonly kind: "files" };

const nothing: Completion = { kind: "words", candidates: [] };

const optionNames: Readonly<Record<string, Completes>> = {
  "--profile": "profiles",
  "--home-dir": "files",
  "--home": "files",
  "--cache": "files",
  "--ssh-config": "files",
  "--cwd": "files",
  "--file": "files",
  "--input": "files",
  "--lora": "files",
  "--output": "files",
  "--api-key-file": "files",
  "--api-keys": "files",
  "--model-lock": "files",
  "--model": "callable",
  "--target": "callable",
  "--fallback": "callable",
  "--hardware": "presets",
  "--secret": "secrets",
  "--mount": "files",
  "--container": "files",
  "--image": "files",
};

/** Reads the words after `berth`, the last of them unfinished. Loads the commands they name, and nothing else. */
export async function complete(words: readonly string[], cli: Cli): Promise<Completion> {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  if (before.includes("--")) return { kind: "files" };
  const known = addGlobalOptions(new Command());
  let level: Readonly<Record<string, CommandEntry>> | undefined = commandTree;
  let entered: CommandEntry | undefined;
  let pending: Option | undefined;
  for (const word of before) {
    if (pending !== undefined) {
      pending = undefined;
      continue;
    }
    if (word.startsWith("-")) {
      const option = findOption(known, word);
      pending = option?.required === true && !word.includes("=") ? option : undefined;
      continue;
    }
    // Behind the last command's name stand its arguments.
    if (level === undefined) continue;
    const entry: CommandEntry | undefined = findEntry(level, word);
    if (entry === undefined) return nothing;
    if (entry.load !== undefined) (await entry.load()).define(defining(known), cli);
    entered = entry;
    level = entry.commands;
  }
  if (pending !== undefined) return optionValues(pending);
  if (current.startsWith("-")) return { kind: "words", candidates: known.options.map(optionCandidate) };
  if (level !== undefined) return { kind: "words", candidates: entryCandidates(level) };
  return completionOf(entered?.completes);
}

/** A group and its kinds may define the same options: here the later simply adds what is new. */
function defining(known: Command): Command {
  const fresh = new Command();
  const add = fresh.addOption.bind(fresh);
  fresh.addOption = (option) => {
    const taken = known.options.some(({ long }) => long === option.long);
    if (!taken) known.addOption(withoutShortIfTaken(option, known));
    return add(option);
  };
  return fresh;
}

function withoutShortIfTaken(option: Option, known: Command): Option {
  if (option.short === undefined || !known.options.some(({ short }) => short === option.short)) return option;
  return new Option(option.flags.replace(/^-\w, /, ""), option.description);
}

function findEntry(level: Readonly<Record<string, CommandEntry>>, word: string): CommandEntry | undefined {
  return level[word] ?? Object.values(level).find(({ aliases }) => aliases?.includes(word) === true);
}

function findOption(known: Command, word: string): Option | undefined {
  const name = word.split("=")[0];
  return known.options.find(({ short, long }) => short === name || long === name);
}

function optionValues(option: Option): Completion {
  if (option.argChoices !== undefined) {
    return { kind: "words", candidates: option.argChoices.map((value) => ({ value, about: "" })) };
  }
  return completionOf(optionNames[option.long ?? ""]);
}

function completionOf(completes: Completes | undefined): Completion {
  if (completes === undefined) return nothing;
  return completes === "files" ? { kind: "files" } : { kind: "names", of: completes };
}

function optionCandidate({ long, short, description }: Option): Candidate {
  return { value: long ?? short ?? "", about: description };
}

function entryCandidates(level: Readonly<Record<string, CommandEntry>>): readonly Candidate[] {
  return Object.entries(level)
    .filter(([, { hidden }]) => hidden !== true)
    .map(([value, { summary }]) => ({ value, about: summary }));
}
