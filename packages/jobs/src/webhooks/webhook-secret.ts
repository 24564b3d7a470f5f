import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { BerthError } from "@berth/api";
import { createFile } from "@berth/std/whole-file";

const secretBytes = 32;

/**
 * What webhooks are signed with: `whsec_` and base64, as it stands in the file, which is made (0600) at first need. Throws
 * `unprocessable` for a file that holds something else.
 */
export async function webhookSecret(path: string): Promise<string> {
  const before = await readSecret(path);
  if (before !== undefined) return before;
  await createFile(path, `whsec_${randomBytes(secretBytes).toString("base64")}\n`);
  // of several that make it at once, one has won
  const made = await readSecret(path);
  if (made === undefined) throw new Error(`${path} was removed as soon as it was made`);
  return made;
}

async function readSecret(path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = (await readFile(path, "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  // as long as the standard wants it
  if (/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/.test(text)) return text;
  throw new BerthError(
    "unprocessable",
    `${path} does not hold a secret for webhooks: "whsec_" and 24 to 64 bytes in base64; remove it to get a new one`,
  );
}
