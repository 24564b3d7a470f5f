/** The words after `berth`, with the server's address told apart from an address that a command itself takes. */
export interface Words {
  readonly argv: readonly string[];
  /** Whether `--url` is the command's own: the server's then stands before the command's name, and is no longer in `argv`. */
  readonly hasOwnUrl: boolean;
  readonly serverUrl: string | undefined;
}

const owners = new Set(["provider add", "provider create", "provider update"]);
const globalsWithValue = new Set(["--url", "--token", "--home-dir"]);

/** `berth --url SERVER provider add gpu1 --url PROVIDER`. */
export function splitOwnUrl(argv: readonly string[]): Words {
  const names: string[] = [];
  const before: string[] = [];
  let serverUrl: string | undefined;
  let at = 0;
  for (; at < argv.length && names.length < 2; at += 1) {
    const word = argv[at] ?? "";
    const [flag = "", inline] = word.split(/=(.*)/s, 2);
    if (flag === "--url") {
      serverUrl = inline ?? argv[(at += 1)];
      continue;
    }
    before.push(word);
    if (!word.startsWith("-")) names.push(word);
    else if (globalsWithValue.has(word)) before.push(argv[(at += 1)] ?? "");
  }
  if (!owners.has(names.join(" "))) return { argv, hasOwnUrl: false, serverUrl: undefined };
  return { argv: [...before, ...argv.slice(at)], hasOwnUrl: true, serverUrl };
}
