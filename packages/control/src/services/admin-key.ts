import { readFile, stat } from "node:fs/promises";
import { BerthError } from "@berth/api";
import { createFile, replaceFile } from "@berth/std/whole-file";
import { newKeyText } from "./key-text.ts";

/** The key that opens everything, and that the CLI of the same user finds by itself. */
export interface AdminKey {
  readonly key: string;
  readonly createdAt: number;
  /** A sentence for people. */
  readonly howToRotate: string;
}

export interface AdminKeyOptions {
  /** `admin.key` in the home. */
  readonly path: string;
  /** The value of BERTH_AUTH_TOKEN. */
  readonly fromEnv: string | undefined;
}

/**
 * Reads the admin key, or makes it (0600) where there is none; of several that make it at once, all get the same. A key
 * from the environment takes the file's place, so that the CLI finds it from any shell of this user. Throws `forbidden`
 * for a file that others can read, `unprocessable` for one that holds no key; their messages never hold it.
 */
export async function ensureAdminKey({ path, fromEnv }: AdminKeyOptions): Promise<AdminKey> {
  if (fromEnv !== undefined && !isKey(fromEnv))
    throw new BerthError(
      "invalid_request",
      "BERTH_AUTH_TOKEN: use visible ASCII characters only, without spaces",
      { param: "BERTH_AUTH_TOKEN" },
    );
  const before = await readAdminKey(path);
  if (fromEnv === undefined && before === undefined) await createFile(path, `${newKeyText()}\n`);
  if (fromEnv !== undefined && fromEnv !== before?.key) await replaceFile(path, `${fromEnv}\n`);
  const found = await readAdminKey(path);
  if (found === undefined)
    throw new BerthError("read_only", `${path} went away while it was read: start again`);
  const howToRotate =
    fromEnv === undefined
      ? `For a new one, remove ${path} and start the server again`
      : "For another one, change BERTH_AUTH_TOKEN and start the server again";
  return { ...found, howToRotate };
}

async function readAdminKey(path: string): Promise<Omit<AdminKey, "howToRotate"> | undefined> {
  let text: string;
  let facts: { mode: number; mtimeMs: number };
  try {
    facts = await stat(path);
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new BerthError("read_only", `cannot read the admin key: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if ((facts.mode & 0o077) !== 0)
    throw new BerthError(
      "forbidden",
      `${path} can be read by other users: run \`chmod 600 ${path}\`, or, if they may have read it, remove it to get a new key`,
    );
  const key = text.trim();
  if (!isKey(key))
    throw new BerthError(
      "unprocessable",
      `${path} holds no key: remove it, and the next start makes a new one`,
    );
  return { key, createdAt: Math.round(facts.mtimeMs) };
}

/** Whether it can travel in a header as one word. */
function isKey(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
