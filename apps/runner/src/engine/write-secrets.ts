import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { containedSecretsDir, type RunnerSpec } from "@berth/api/runner";
import { replaceFile } from "@berth/std/whole-file";

/** In the launch directory, which is this user's alone and goes with the launch, however its runner has ended. */
export function secretsDirOf(dir: string): string {
  return join(dir, "secrets");
}

/**
 * Writes those that are files, which a container sees elsewhere; resolves to the variables of all of them. Rejects for a variable
 * that names no file of that directory.
 */
export async function writeSecrets(
  { program, secrets = { env: {}, files: {} } }: RunnerSpec,
  dir: string,
): Promise<Readonly<Record<string, string>>> {
  const outside = secretsDirOf(dir);
  const isContained = program.kind === "command" && program.container !== undefined;
  const inside = isContained ? containedSecretsDir : outside;
  const env: Record<string, string> = { ...secrets.env };
  for (const [variable, text] of Object.entries(secrets.files)) {
    const file = variable.replace(/^APPTAINERENV_/, "");
    if (/\/|^\.{0,2}$/.test(file)) throw new Error(`no file can be named for the variable ${variable}`);
    await mkdir(outside, { recursive: true, mode: 0o700 });
    await replaceFile(join(outside, file), text);
    env[variable] = join(inside, file);
  }
  return env;
}
