import type { SecretUse } from "@berth/api";
import { CliError } from "../exit.ts";

/** `hf-token` (as HF_TOKEN), `hf-token=TOKEN`, and either with `:file`: the variable then has a file's path. */
export function readSecretUse(text: string): SecretUse {
  const [, secret = "", given, file] = /^([^=:]+)(?:=([^:]+))?(:file)?$/.exec(text) ?? [];
  const env = given ?? secret.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_");
  if (secret === "" || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(env))
    throw new CliError(
      "usage",
      `--secret: "${text}" is not understood; give NAME, NAME=VARIABLE or NAME=VARIABLE:file`,
    );
  return { secret, env, as: file === undefined ? "value" : "file" };
}
