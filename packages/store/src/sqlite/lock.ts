import { open } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { BerthError } from "@berth/api";
import { type Clock, systemClock } from "@berth/std/clock";
import { makeDirectory } from "@berth/std/make-directory";
import { identifyProcess, isAlive } from "@berth/std/process-identity";
import Database from "better-sqlite3";
import { explainFileError } from "./file-error.ts";
import { type FileSystemProbe, networkFileSystem, systemProbe } from "./file-system.ts";
import {
  lockRecordPath,
  type LockRecord,
  readLockRecord,
  removeLockRecord,
  writeLockRecord,
} from "./lock-record.ts";

export type { LockRecord } from "./lock-record.ts";

export interface StateLockOptions {
  /** The home, or the state directory; a server whose two differ takes both. Made (0700) when absent. */
  readonly dir: string;
  readonly host?: string;
  readonly clock?: Clock;
  readonly fileSystem?: FileSystemProbe;
}

/** One server's hold on a directory. It ends with `release`, or with the process, however that dies. */
export interface StateLock {
  readonly record: LockRecord;
  /** Lets whoever is refused know where this server can be called. */
  setPort(port: number): Promise<void>;
  /** Removes the record and lets the next server in. A second call does nothing. */
  release(): Promise<void>;
}

/**
 * Takes the directory for this process. What holds is a transaction kept open on `server.lock`, which the kernel ends
 * with the process, so a killed server leaves nothing to clean up; `server.lock.json` only tells who it is. On a network
 * file system such locks may not reach other machines: there a record of another host, or of a living process of this
 * one, is believed as well. Throws `conflict` with the holder's host, pid and port.
 */
export async function lockState(options: StateLockOptions): Promise<StateLock> {
  const { dir, host = hostname(), clock = systemClock, fileSystem = systemProbe } = options;
  await makeDirectory(dir).catch((error: unknown) => {
    throw explainFileError(error, dir);
  });
  const overNetwork = (await networkFileSystem(dir, fileSystem)) !== undefined;
  await makeLockFile(join(dir, "server.lock"));
  const lock = takeLock(join(dir, "server.lock"));
  if (lock.kind === "held") throw inUse(dir, await holder(dir, clock));
  if (lock.kind === "failed" && !overNetwork) throw explainFileError(lock.error, join(dir, "server.lock"));
  const close = (): void => {
    if (lock.kind !== "taken") return;
    held.delete(lock.database);
    lock.database.close();
  };
  try {
    const before = await readLockRecord(dir);
    if (overNetwork && before !== undefined) refuseDoubtful(dir, before, host);
    let record = await writeLockRecord(dir, ownRecord(host, clock));
    let released = false;
    return {
      get record() {
        return record;
      },
      setPort: async (port) => {
        record = await writeLockRecord(dir, { ...record, port });
      },
      release: async () => {
        if (released) return;
        released = true;
        try {
          await removeLockRecord(dir);
        } finally {
          close();
        }
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Only ever makes it: to open and close the file a second time would drop a lock that this process holds on it. */
async function makeLockFile(path: string): Promise<void> {
  try {
    const file = await open(path, "wx", 0o600);
    await file.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw explainFileError(error, path);
  }
}

/** Keeps the locks of this process from the garbage collector, which would let them go. */
const held = new Set<Database.Database>();

type Taken =
  | { readonly kind: "taken"; readonly database: Database.Database }
  | { readonly kind: "held" }
  | { readonly kind: "failed"; readonly error: unknown };

function takeLock(path: string): Taken {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: 0 });
    database.exec("begin exclusive");
    held.add(database);
    return { kind: "taken", database };
  } catch (error) {
    database?.close();
    const code = error instanceof Database.SqliteError ? error.code : "";
    return code.startsWith("SQLITE_BUSY") ? { kind: "held" } : { kind: "failed", error };
  }
}

function ownRecord(host: string, clock: Clock): LockRecord {
  const identity = identifyProcess(process.pid);
  if (identity === undefined) throw new Error("this process cannot be seen by its number");
  return { host, ...identity, port: null, takenAt: clock.now() };
}

/** The holder takes the lock a moment before it writes its name. */
async function holder(dir: string, clock: Clock): Promise<LockRecord | undefined> {
  for (let tries = 0; ; tries += 1) {
    const record = await readLockRecord(dir);
    if ((record !== undefined && isAlive(record)) || tries === 20) return record;
    await clock.sleep(50);
  }
}

function refuseDoubtful(dir: string, record: LockRecord, host: string): void {
  if (record.host === host && !isAlive(record)) return;
  const advice =
    record.host === host
      ? ""
      : `. If no server runs there any more, remove ${lockRecordPath(dir)}; to run one here beside it, give this one another BERTH_HOME_DIR`;
  throw inUse(dir, record, advice);
}

function inUse(dir: string, record: LockRecord | undefined, advice?: string): BerthError {
  const who =
    record === undefined
      ? "another server"
      : `the server with pid ${record.pid} on ${record.host}${record.port === null ? "" : ` (port ${record.port})`}`;
  return new BerthError(
    "conflict",
    `${dir} is in use by ${who}${advice ?? ": stop it, or give this one another BERTH_HOME_DIR"}`,
    { details: { dir, host: record?.host ?? null, pid: record?.pid ?? null, port: record?.port ?? null } },
  );
}
