import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { readAll } from "../read-all.ts";

const usual = ["api.yaml", "api.yml", "api.json"];
const maxCharacters = 2 * 1024 * 1024;

export interface DescriptionFile {
  readonly text: string;
  /** How errors name it. */
  readonly shown: string;
  /** `undefined`: standard input. */
  readonly path: string | undefined;
  readonly fileName: string | undefined;
}

/** The description that is named, that of standard input, or the first of the usual names here. Throws a usage error. */
export async function readDescriptionFile(cli: Cli, file: string | undefined): Promise<DescriptionFile> {
  if (file === "-") {
    const text = checked(await readAll(cli.io.stdin), "standard input");
    return { text, shown: "standard input", path: undefined, fileName: undefined };
  }
  if (file !== undefined) {
    const found = await readNamed(cli, file);
    if (found !== undefined) return found;
    throw new CliError("usage", `there is no file ${file}`);
  }
  for (const name of usual) {
    const found = await readNamed(cli, name);
    if (found !== undefined) return found;
  }
  throw new CliError(
    "usage",
    "there is no api.yaml, api.yml or api.json here; name the description: --input FILE",
  );
}

async function readNamed(cli: Cli, file: string): Promise<DescriptionFile | undefined> {
  const path = cli.path(file);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
    return { text: checked(text, file), shown: file, path, fileName: basename(path) };
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new CliError("usage", `${file} cannot be read: ${message}`, { cause });
  }
}

function checked(text: string, shown: string): string {
  if (text.length <= maxCharacters) return text;
  throw new CliError("usage", `${shown} is longer than 2 MiB; describe the input alone`);
}
