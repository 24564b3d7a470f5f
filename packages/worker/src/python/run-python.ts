import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HandlerFile } from "../handler-file.ts";
import { choosePlace } from "../settings.ts";
import { startWork } from "../start.ts";
import { startPython } from "./python-work.ts";

/**
 * Works with a Python handler, where options and environment say, to the worker's end. A handler that ends its process ends the
 * worker: nobody renews its jobs' leases any more, and somebody else gets them.
 */
export async function runPython(file: HandlerFile): Promise<void> {
  // before an environment is made for nothing
  choosePlace({}, process.env);
  const quit = (): never => process.exit(1);
  // nothing is taken yet
  for (const signal of signals) process.on(signal, quit);
  const { python, work } = await startPython(file, mkdtempSync(join(tmpdir(), "berth-python-")));
  for (const signal of signals) process.off(signal, quit);
  let isOver = false;
  void python.ended.then((how) => {
    if (isOver) return;
    console.error(`the handler's process ended (${how})`);
    process.exit(1);
  });
  await startWork(work).ended;
  isOver = true;
  await python.end();
}

const signals = ["SIGTERM", "SIGINT"] as const;
