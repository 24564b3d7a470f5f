import { createServer, type Server } from "node:http";
import type { Listen } from "../settings.ts";
import { refuseForeign } from "./refuse-foreign.ts";
import type { Serve } from "./serve-handler.ts";

export interface Listening {
  readonly server: Server;
  /** Of a port that was chosen by the system, which. */
  readonly port: number | undefined;
  /** No more calls are taken; resolves when those that run are answered, or broken off so much later. */
  close(drainMs: number): Promise<void>;
}

/** Resolves when it listens; at a port, not to other sites' pages. Rejects as the system does. */
export function listen(serve: Serve, at: Listen): Promise<Listening> {
  return new Promise((resolve, reject) => {
    // a call may take as long as its handler does
    const server = createServer({ requestTimeout: 0 }, "path" in at ? serve : refuseForeign(serve));
    server.once("error", reject);
    server.listen(at, () => {
      server.off("error", reject);
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : undefined;
      resolve({ server, port, close: (drainMs) => close(server, drainMs) });
    });
  });
}

function close(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const bound = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearTimeout(bound);
      resolve();
    });
    server.closeIdleConnections();
  });
}
