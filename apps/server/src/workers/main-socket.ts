import type { RequestListener } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Closable, listenAtSocket } from "../http/listen.ts";

/** What the kernel takes as a socket's path. */
const maxPathBytes = 103;
const name = "gateway.sock";

/** Where the server's own thread takes requests from the others: for this user alone. */
export interface MainSocket extends Closable {
  readonly path: string;
}

/** In the home, or, where that has too long a name, in a directory of its own. */
export async function openMainSocket(homeDir: string, onRequest: RequestListener): Promise<MainSocket> {
  const inHome = join(homeDir, name);
  const isShort = Buffer.byteLength(inHome) <= maxPathBytes;
  const path = isShort ? inHome : join(await mkdtemp(join(tmpdir(), "berth-gateway-")), name);
  const listener = await listenAtSocket(path, onRequest);
  return {
    path,
    stopAccepting: () => listener.stopAccepting(),
    close: async (withinMs) => {
      await listener.close(withinMs);
      await rm(isShort ? path : dirname(path), { recursive: true, force: true });
    },
  };
}
