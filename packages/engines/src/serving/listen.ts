import { chmod, lstat, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A Unix socket's path, in a directory that only this user can enter; or a port of 127.0.0.1, 0 for any. */
export type ListenAt = { readonly socketPath: string } | { readonly port: number };

const loopback = "127.0.0.1";

/** Resolves when it listens. A socket is its owner's alone; one that an engine before left behind is no hindrance. */
export async function listen(server: Server, where: ListenAt): Promise<void> {
  if ("socketPath" in where) await removeOldSocket(where.socketPath);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    const listening = (): void => {
      server.off("error", reject);
      resolve();
    };
    if ("socketPath" in where) server.listen(where.socketPath, listening);
    else server.listen(where.port, loopback, listening);
  });
  if ("socketPath" in where) await chmod(where.socketPath, 0o600);
}

/** A socket whose engine is gone stays in the file system, and would be in the way. Anything else there is left alone. */
async function removeOldSocket(path: string): Promise<void> {
  const status = await lstat(path).catch(() => undefined);
  if (status?.isSocket() === true) await rm(path);
}

/** The socket's path or the port. */
export function addressOf(server: Server): string | number {
  const address = server.address() as AddressInfo | string;
  return typeof address === "string" ? address : address.port;
}
