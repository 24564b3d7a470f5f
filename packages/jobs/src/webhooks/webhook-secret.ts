import { createHmac, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { BerthError } from "@berth/api";
import { createFile } from "@berth/std/whole-file";

const secretBytes = 32;

/** `whsec_` and base64. What is sent is signed with each; the first is the one to check by, one behind it is of before. */
export type WebhookSecrets = readonly [string, ...string[]];

/**
 * What an endpoint's webhooks are signed with. Whoever can check a signature can make one as well: so each endpoint has its
 * own, which follows from the file's and from the endpoint's id. The file is made (0600) at first need, and read each time;
 * with a second line below the first both count. Throws `unprocessable` for a file that holds something else.
 */
export async function webhookSecrets(path: string, endpointId: string): Promise<WebhookSecrets> {
  const [present, ...before] = await masterSecrets(path);
  const ofEndpoint = (master: string): string => derived(master, endpointId);
  return [ofEndpoint(present), ...before.map(ofEndpoint)];
}

function derived(master: string, endpointId: string): string {
  const key = Buffer.from(master.slice("whsec_".length), "base64");
  const bytes = createHmac("sha256", key).update(`berth webhooks of endpoint ${endpointId}`).digest();
  return `whsec_${bytes.toString("base64")}`;
}

async function masterSecrets(path: string): Promise<WebhookSecrets> {
  const before = await readSecrets(path);
  if (before !== undefined) return before;
  await createFile(path, `whsec_${randomBytes(secretBytes).toString("base64")}\n`);
  // of several that make it at once, one has won
  const made = await readSecrets(path);
  if (made === undefined) throw new Error(`${path} was removed as soon as it was made`);
  return made;
}

async function readSecrets(path: string): Promise<WebhookSecrets | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const [present = "", ...before] = text.trim().split(/\s*\n\s*/);
  // as long as the standard wants it
  const isSecret = (line: string): boolean => /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/.test(line);
  if (before.length <= 1 && [present, ...before].every(isSecret)) return [present, ...before];
  throw new BerthError(
    "unprocessable",
    `${path} does not hold a secret for webhooks: "whsec_" and 24 to 64 bytes in base64, and at most one of before in a second line; remove it to get a new one`,
  );
}
