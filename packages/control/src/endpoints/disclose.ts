import { secretPlaceholderPattern } from "@berth/api";

/** What an engine gets of secrets, by environment variables. */
export interface Disclosed {
  readonly env: Readonly<Record<string, string>>;
  /** The variable is to hold the path of a file with that text. */
  readonly files: Readonly<Record<string, string>>;
}

/** The secrets whose places are in the environment. `valueOf` throws for one that is gone, and gives nothing for what is none. */
export function disclose(
  env: Readonly<Record<string, string>>,
  valueOf: (secret: string) => string | undefined,
): Disclosed {
  const values: Record<string, string> = {};
  const files: Record<string, string> = {};
  for (const [name, text] of Object.entries(env)) {
    const [, secret, as] = secretPlaceholderPattern.exec(text) ?? [];
    const value = secret === undefined ? undefined : valueOf(secret);
    if (value !== undefined) (as === "file" ? files : values)[name] = value;
  }
  return { env: values, files };
}
