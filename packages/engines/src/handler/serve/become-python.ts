import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { accessSync, constants } from "node:fs";
import { delimiter } from "node:path";
import { BerthError, type HandlerSpec } from "@berth/api";
import { pythonHost } from "../python-host.ts";

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

/** What `python3` may be called, the usual first. */
const names = ["python3", "python"];

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
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const host = join(dir, "host.py");
  const config = join(dir, "host.json");
  await writeFile(host, pythonHost, { mode: 0o600 });
  const told = {
    file,
    className: handler.className ?? null,
    requirements: handler.requirements ?? [],
    systemDependencies: handler.systemDependencies ?? [],
    environments: environmentsDir,
    isContained: false,
  };
  await writeFile(config, JSON.stringify(told), { mode: 0o600 });
  const execve = process.execve?.bind(process);
  if (execve === undefined)
    throw new BerthError("unprocessable", `Python handlers cannot be run on ${process.platform}`);
  const variables = { ...env, BERTH_HANDLER_TIED: "1", PYTHONUNBUFFERED: "1" };
  return execve(python, [python, host, "serve", config, socketPath], variables);
}

function findPython(path: string): string | undefined {
  const candidates = names.flatMap((name) => path.split(delimiter).map((folder) => join(folder, name)));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
