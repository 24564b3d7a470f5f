import type { Mount } from "@berth/api";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";

/** `DIR` or `DIR:TARGET`; the target begins with `/`, so that a directory's own colons do no harm. */
export function readMount(cli: Cli, text: string): Mount {
  const [, source = text, target] = /^(.+):(\/[^:]*)$/.exec(text) ?? [];
  if (source.trim() === "")
    throw new CliError("usage", `--mount: "${text}" names no directory; give DIR or DIR:/TARGET`);
  return { source: cli.path(source), ...(target === undefined ? {} : { target }) };
}
