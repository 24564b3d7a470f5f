import { workerClock } from "../clock.ts";
import { loadHandlerFile } from "../host.ts";
import { logger } from "../logger.ts";
import { serveProxy } from "../proxy/serve-proxy.ts";
import { waitUntilStarted } from "../proxy/wait-until-started.ts";
import { listen } from "../push/listen.ts";
import { serveHandler } from "../push/serve-handler.ts";

/** Serves the file's handler at the socket, tells the parent that it does, and ends with it. Rejects with what the file throws. */
export async function serveFile(path: string, socket: string): Promise<void> {
  process.on("disconnect", () => process.exit(0));
  const options = await loadHandlerFile(path);
  let isStarted = false;
  const serve =
    options.mode === "proxy" ? serveProxy(options, () => isStarted) : serveHandler({ ...options, logger });
  await listen(serve, { path: socket });
  process.send?.("listening");
  if (options.mode === "proxy")
    isStarted = await waitUntilStarted(options.checkStart, workerClock, new AbortController().signal);
}
