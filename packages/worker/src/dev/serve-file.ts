import { workerClock } from "../clock.ts";
import type { HandlerFile } from "../handler-file.ts";
import { loadHandlerFile } from "../host.ts";
import { waitUntilStarted } from "../proxy/wait-until-started.ts";
import { listen } from "../push/listen.ts";
import { startPython } from "../python/python-work.ts";
import { type Work, workOf } from "../start.ts";

/** Serves the file's handler at the socket, tells the parent that it does, and ends with it. Rejects with what the file throws. */
export async function serveFile(file: HandlerFile, socket: string): Promise<void> {
  process.on("disconnect", () => process.exit(0));
  const work = file.isPython ? await inPython(file, socket) : workOf(await loadHandlerFile(file.path));
  let isStarted = false;
  await listen(
    work.serve(() => isStarted),
    { path: socket },
  );
  process.send?.("listening");
  if (work.checkStart !== undefined)
    isStarted = await waitUntilStarted(work.checkStart, workerClock, new AbortController().signal);
}

async function inPython(file: HandlerFile, socket: string): Promise<Work> {
  const { python, work } = await startPython(file, `${socket}.python`);
  void python.ended.then((how) => {
    console.error(`the handler's process ended (${how})`);
    process.exit(1);
  });
  return work;
}
