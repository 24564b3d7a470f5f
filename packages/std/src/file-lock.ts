import { mkdir, readFile, rename, stat, unlink, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import type { Clock } from "./clock.ts";
import { identifyProcess, isAlive, type ProcessIdentity } from "./process-identity.ts";
import { createFile } from "./whole-file.ts";

const lookMs = 500;
/** The holder touches its lock this often, for those on other machines who cannot see its process. */
const touchMs = 20_000;
const abandonedMs = 120_000;

/**
 * Runs `work` while no other process of anyone's runs its own under the same lock file. Waits for a holder that lives; a
 * lock whose holder has died, or was not touched for two minutes, is taken over. Rejects with the signal's reason.
 */
export async function withFileLock<T>(
  path: string,
  clock: Clock,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const mine = JSON.stringify({ host: hostname(), ...identifyProcess(process.pid) });
  while (!(await createFile(path, mine))) {
    signal.throwIfAborted();
    if (await breakAbandoned(path, clock)) continue;
    await clock.sleep(lookMs, signal);
  }
  const released = new AbortController();
  const touching = touchUntil(path, clock, released.signal);
  try {
    return await work();
  } finally {
    released.abort();
    await touching;
    await unlinkIfThere(path);
  }
}

/** Moves an abandoned lock out of the way. True when trying again at once may succeed. */
async function breakAbandoned(path: string, clock: Clock): Promise<boolean> {
  const seen = await readLock(path);
  if (seen === null) return true;
  if (!isAbandoned(seen, clock.now())) return false;
  const aside = `${path}.${process.pid}-${Math.floor(clock.monotonic() * 1000)}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isMissing(error)) return true;
    throw error;
  }
  const moved = await readLock(aside);
  await unlinkIfThere(aside);
  // somebody took the lock between our look and our move: it is given back
  if (moved !== null && moved.text !== seen.text) await createFile(path, moved.text);
  return true;
}

interface SeenLock {
  readonly text: string;
  readonly touchedAt: number;
}

async function readLock(path: string): Promise<SeenLock | null> {
  try {
    return { text: await readFile(path, "utf8"), touchedAt: (await stat(path)).mtimeMs };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isAbandoned({ text, touchedAt }: SeenLock, now: number): boolean {
  const holder = readHolder(text);
  if (holder?.host === hostname() && typeof holder.pid === "number") return !isAlive(holder);
  return now - touchedAt > abandonedMs;
}

function readHolder(text: string): (ProcessIdentity & { readonly host?: string }) | null {
  try {
    return JSON.parse(text) as (ProcessIdentity & { readonly host?: string }) | null;
  } catch {
    // no lock of ours: its age alone tells
    return null;
  }
}

async function touchUntil(path: string, clock: Clock, released: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(touchMs, released);
    } catch {
      // released
      return;
    }
    const seconds = clock.now() / 1000;
    await utimes(path, seconds, seconds).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
