import { readFileSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import type { HandlerSpec } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { collect } from "../collect.ts";
import { CliError } from "../exit.ts";

/** What only handlers take. */
export interface HandlerOptions {
  readonly requirement?: readonly string[];
  readonly system?: readonly string[];
  readonly there?: boolean;
}

export function addHandlerOptions(command: Command): Command {
  return command
    .option("--requirement <package>", "a package of PyPI or npm it needs; give it again for more", collect)
    .option("--system <package>", "a Debian package it needs; give it again for more", collect)
    .option("--there", "the file lies on the profile's machine, with what it imports beside it");
}

/** `word`: a file or a URL, with `:Class` behind it. Throws what is wrong with it in the user's words. */
export function readHandler(cli: Cli, word: string, options: HandlerOptions): HandlerSpec {
  const { file, className } = splitClass(word);
  const language = languageOf(file);
  if (className !== undefined && language === "typescript")
    throw new CliError(
      "usage",
      `${word}: only Python files name a class; export handler, predict or default`,
    );
  return {
    language,
    source: readSource(cli, file, options.there === true),
    ...(className === undefined ? {} : { className }),
    ...readHandlerFlags(options),
  };
}

/** What the flags say of a handler that is known. */
export function readHandlerFlags({
  requirement,
  system,
}: HandlerOptions): Pick<HandlerSpec, "requirements" | "systemDependencies"> {
  return {
    ...(requirement === undefined ? {} : { requirements: [...requirement] }),
    ...(system === undefined ? {} : { systemDependencies: [...system] }),
  };
}

/** `app.py:Handler`; the colon of `https://` and of a drive are none. */
function splitClass(word: string): { readonly file: string; readonly className: string | undefined } {
  const [, file, className] = /^(.+\.\w+):([A-Za-z_]\w*)$/.exec(word) ?? [];
  return { file: file ?? word, className };
}

function languageOf(file: string): HandlerSpec["language"] {
  const suffix = extname(isUrl(file) ? new URL(file).pathname : file);
  if (suffix === ".py") return "python";
  if (/^\.[cm]?[jt]s$/.test(suffix)) return "typescript";
  throw new CliError("usage", `${file}: a handler's file ends in .py, .ts, .mts, .js or .mjs`);
}

function readSource(cli: Cli, file: string, isThere: boolean): HandlerSpec["source"] {
  if (isUrl(file)) return { kind: "url", url: file };
  if (isThere) {
    if (!file.startsWith("/"))
      throw new CliError("usage", `--there: give the file's absolute path there, not ${file}`);
    return { kind: "path", path: file };
  }
  const path = cli.path(file);
  try {
    if (statSync(path).size > maxTextBytes)
      throw new CliError(
        "usage",
        `${file} is longer than ${maxTextBytes / 1024} KiB; put it on the machine and give --there`,
      );
    return {
      kind: "text",
      name: basename(path).replaceAll(/[^\w.-]/g, "_"),
      text: readFileSync(path, "utf8"),
    };
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError("usage", `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

const maxTextBytes = 512 * 1024;

function isUrl(file: string): boolean {
  return /^https?:\/\//.test(file);
}
