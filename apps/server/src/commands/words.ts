import { BerthError } from "@berth/api";

export interface Words {
  readonly positionals: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
  /** What is none of the named options: settings, for `readConfig`. */
  readonly settings: readonly string[];
}

/** Sorts a command's words into its own options and the server's settings. Throws `invalid_request` for a missing value. */
export function sortWords(
  argv: readonly string[],
  own: { readonly values: readonly string[]; readonly switches: readonly string[] },
): Words {
  const positionals: string[] = [];
  const values = new Map<string, string>();
  const switches = new Set<string>();
  const settings: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? "";
    const name = word.replace(/^--/, "");
    if (!word.startsWith("--")) positionals.push(word);
    else if (own.switches.includes(name)) switches.add(name);
    else if (own.values.includes(name)) values.set(name, valueAfter(argv, (index += 1), word));
    else if (word.includes("=")) settings.push(word);
    else settings.push(word, valueAfter(argv, (index += 1), word));
  }
  return { positionals, values, switches, settings };
}

function valueAfter(argv: readonly string[], index: number, word: string): string {
  const value = argv[index];
  if (value === undefined) throw new BerthError("invalid_request", `${word} needs a value`, { param: word });
  return value;
}
