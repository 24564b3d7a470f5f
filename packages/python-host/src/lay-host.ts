import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pythonHost } from "./python-host.ts";

/** What the host is told of a handler. */
export interface HostConfig {
  /** Where the handler's file lies. */
  readonly file: string;
  /** A class or function of it; `null`: the only one there is. */
  readonly className: string | null;
  readonly requirements: readonly string[];
  readonly systemDependencies: readonly string[];
  /** Where environments are kept, for all handlers of a home. */
  readonly environments: string;
  /** Of a worker that asks it more than a replica is asked; it says so in the header `x-berth-worker`. */
  readonly workerSecret?: string;
}

/** Writes the host and what it is told into `dir`, for this user alone. Resolves to the words for Python that serve the handler at the socket. */
export async function layHost(dir: string, config: HostConfig, socketPath: string): Promise<string[]> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const host = join(dir, "host.py");
  const told = join(dir, "host.json");
  await writeFile(host, pythonHost, { mode: 0o600 });
  await writeFile(told, JSON.stringify({ ...config, isContained: false }), { mode: 0o600 });
  return [host, "serve", told, socketPath];
}
