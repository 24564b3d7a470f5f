import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Of the log file that it appends each command to: synced before it answers, or once a second. */
export type AppendSync = "always" | "everysec";

/** A Redis of the bench's own, reached by a socket. Disposing of it ends it. */
export interface Redis extends AsyncDisposable {
  readonly socket: string;
}

export const redisPackage = {
  name: "redis-server",
  probe: ["redis-server", "--version"],
  for: "BullMQ in the queue's bench",
} as const;

export async function startRedis(appendSync: AppendSync): Promise<Redis> {
  const folder = await mkdtemp(join(tmpdir(), "berth-bench-redis-"));
  const socket = join(folder, "redis.sock");
  const words = {
    "--port": "0",
    "--unixsocket": socket,
    "--dir": folder,
    // the file that it appends to is enough
    "--save": "",
    "--appendonly": "yes",
    "--appendfsync": appendSync,
    "--maxmemory-policy": "noeviction",
  };
  const child = spawn("redis-server", Object.entries(words).flat(), { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  const ended = exit.then(() => "it ended");
  const ready = new Promise<undefined>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (/ready to accept connections/i.test(line)) resolve(undefined);
    });
  });
  const failure = await Promise.race([ready, ended]);
  if (failure !== undefined) throw new Error(`redis-server: ${failure}`);
  return {
    socket,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await exit;
      await rm(folder, { recursive: true });
    },
  };
}
