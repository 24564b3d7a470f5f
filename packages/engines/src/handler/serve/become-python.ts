import { BerthError, type HandlerSpec } from "@berth/api";
import { findPython, layHost } from "@berth/python-host";

export interface PythonHandler {
  readonly handler: HandlerSpec;
  /** Where the handler's file lies. */
  readonly file: string;
  /** A directory of this launch where the host lies, made when absent; not the handler's own, whose file may have any name. */
  readonly dir: string;
  /** Where environments are kept, for all handlers of this home. */
  readonly environmentsDir: string;
  readonly socketPath: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Goes on as the Python program that serves the handler: in this very process, so that whoever watches it watches that. Does not
 * return. Throws `unprocessable` where there is no Python.
 */
export async function becomePython(started: PythonHandler): Promise<never> {
  const { handler, file, dir, environmentsDir, socketPath, env } = started;
  const python = findPython(env.PATH ?? "");
  if (python === undefined)
    throw new BerthError(
      "unprocessable",
      `there is no python3 on this machine (PATH is ${env.PATH ?? "empty"}): install Python 3.9 or later, or load its module by the profile's set-up line`,
      { param: "handler.language" },
    );
  const words = await layHost(
    dir,
    {
      file,
      className: handler.className ?? null,
      requirements: handler.requirements ?? [],
      systemDependencies: handler.systemDependencies ?? [],
      environments: environmentsDir,
    },
    socketPath,
  );
  const execve = process.execve?.bind(process);
  if (execve === undefined)
    throw new BerthError("unprocessable", `Python handlers cannot be run on ${process.platform}`);
  const variables = { ...env, BERTH_HANDLER_TIED: "1", PYTHONUNBUFFERED: "1" };
  return execve(python, [python, ...words], variables);
}
