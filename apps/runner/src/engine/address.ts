import { createHash } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchFiles, type RunnerSpec } from "@berth/api/runner";
import { privatePort } from "../private-port/private-words.ts";

/** Where the engine listens; only this runner is told. */
export type EngineAddress =
  | { readonly kind: "socket"; readonly socketPath: string; readonly socketDir: string | null }
  | { readonly kind: "port"; readonly port: number }
  /** A port of a network namespace that only the socket leads into. */
  | {
      readonly kind: "private-port";
      readonly port: number;
      readonly socketPath: string;
      readonly socketDir: string;
    };

/** Where to connect to, as `node:http` takes it. */
export type Connect = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** Where the engine's socket is to lie. */
export interface SocketPlace {
  readonly dir: string;
  /** The launch directory's disk may be no place for sockets. */
  readonly isLocal: boolean;
}

/** macOS allows 104 bytes with the closing zero, Linux 108. */
const maxSocketPathBytes = 103;

/**
 * Picks an address for the engine: the socket in the launch directory (or in a private directory under the system's
 * temporary one, where the path would be too long or the disk is none for sockets), a port that was free a moment ago, or
 * a port where all are free.
 */
export async function pickAddress(place: SocketPlace, listen: RunnerSpec["listen"]): Promise<EngineAddress> {
  switch (listen.kind) {
    case "socket": {
      const socketPath = join(place.dir, launchFiles.engineSocket);
      if (!place.isLocal && Buffer.byteLength(socketPath) <= maxSocketPathBytes)
        return { kind: "socket", socketPath, socketDir: null };
      return { kind: "socket", ...(await privateSocket(place.dir)) };
    }
    case "port":
      return listen.reach === "private"
        ? { kind: "private-port", port: privatePort, ...(await privateSocket(place.dir)) }
        : { kind: "port", port: await freePort() };
  }
}

async function privateSocket(dir: string): Promise<{ socketPath: string; socketDir: string }> {
  const name = createHash("sha256").update(dir).digest("hex").slice(0, 8);
  const socketDir = await mkdtemp(join(tmpdir(), `berth-${name}-`));
  return { socketPath: join(socketDir, launchFiles.engineSocket), socketDir };
}

/** All places where an engine that was told the address may be found. */
export function connectsOf(address: EngineAddress): readonly Connect[] {
  switch (address.kind) {
    case "socket":
    case "private-port":
      return [{ socketPath: address.socketPath }];
    case "port":
      // many servers bind "localhost", which is either
      return ["127.0.0.1", "::1"].map((host) => ({ host, port: address.port }));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
