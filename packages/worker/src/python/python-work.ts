import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { WorkOptions } from "../handler.ts";
import type { HandlerFile } from "../handler-file.ts";
import { type Work, workOf } from "../start.ts";
import { pythonHandler } from "./python-handler.ts";
import { PythonProcess } from "./python-process.ts";
import { servePython } from "./serve-python.ts";

export interface PythonWork {
  readonly python: PythonProcess;
  readonly work: Work;
}

/**
 * Starts the file's handler in Python and tells how it is worked with. `dir` is as in `PythonOptions`; environments are kept in
 * Berth's home. Rejects when it cannot be loaded; Python has said why on standard error then.
 */
export async function startPython(file: HandlerFile, dir: string): Promise<PythonWork> {
  const { env } = process;
  const { BERTH_HOME_DIR: home = "" } = env;
  const python = await PythonProcess.start({
    file,
    dir,
    environmentsDir: join(home === "" ? join(homedir(), ".berth") : resolve(home), "environments"),
    env,
  });
  return { python, work: await workWith(python) };
}

async function workWith(python: PythonProcess): Promise<Work> {
  const { about, concurrency, hasModifier, baseUrl } = await python.ready();
  const options: WorkOptions = {
    concurrency,
    ...(hasModifier ? { concurrencyModifier: (current) => askConcurrency(python, current) } : {}),
  };
  if (baseUrl !== null) {
    const checkStart = async (): Promise<boolean> =>
      (await python.ask<{ readonly started: boolean }>("/-/started", {})).started;
    return { ...workOf({ ...options, mode: "proxy", baseUrl, checkStart }), about };
  }
  return {
    ...options,
    handler: pythonHandler(python),
    takesBytes: true,
    serve: () => servePython(python, options),
    about,
  };
}

async function askConcurrency(python: PythonProcess, current: number): Promise<number> {
  return (await python.ask<{ readonly allowed: number }>("/-/concurrency", { current })).allowed;
}
