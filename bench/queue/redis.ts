import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPeerServer } from "./peer-server.ts";

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
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(folder, { recursive: true }));
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
  cleanUp.use(
    await startPeerServer({
      argv: ["redis-server", ...Object.entries(words).flat()],
      cwd: folder,
      ready: "ready to accept connections",
      endSignal: "SIGKILL",
    }),
  );
  const kept = cleanUp.move();
  return { socket, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
