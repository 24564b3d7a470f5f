import type { CredentialSpec } from "@berth/api";
import { askText } from "../ask-text.ts";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { readAll } from "../read-all.ts";

export interface KeyFlags {
  readonly apiKeyEnv?: string;
  readonly apiKeyStdin?: boolean;
}

/** The credential as the flags tell it; `undefined` when they say nothing. */
export async function readCredential(
  cli: Cli,
  { apiKeyEnv, apiKeyStdin }: KeyFlags,
): Promise<CredentialSpec | undefined> {
  if (apiKeyEnv !== undefined && apiKeyStdin === true)
    throw new CliError("usage", "give --api-key-env or --api-key-stdin, not both");
  if (apiKeyEnv !== undefined) return { kind: "env", name: apiKeyEnv };
  if (apiKeyStdin !== true) return undefined;
  const value = (await readAll(cli.io.stdin)).trim();
  if (value === "") throw new CliError("usage", "--api-key-stdin: nothing came from standard input");
  return { kind: "stored", value };
}

/** Asks for it without showing it; none where nobody can be asked, or nothing is said. */
export async function askCredential(cli: Cli): Promise<CredentialSpec> {
  const value = await askText(cli, {
    message: "API key (Enter: none)",
    flag: "--api-key-env or --api-key-stdin",
    initial: "",
    secret: true,
  });
  return value === "" ? { kind: "none" } : { kind: "stored", value };
}
