import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { BerthError, type HandlerSpec } from "@berth/api";
import { becomePython, exitWithParent, handlerConfigSchema, layFile } from "@berth/engines/handler/serve";
import {
  listen,
  loadHandlerFile,
  logger,
  serveHandler,
  serveProxy,
  type StartOptions,
  waitUntilStarted,
  workerClock,
} from "@berth/worker/host";
import { findNpm } from "../packages/find-npm.ts";
import type { EmbeddedServe } from "./engines.ts";

const run = promisify(execFile);

/** Serves the user's handler at the socket; a Python one by going on as Python. Environments are kept beside all launches. */
export async function serveHandlerFile({ config, dir, socketPath }: EmbeddedServe): Promise<void> {
  const { handler } = handlerConfigSchema.parse(config);
  const ownDir = join(dir, "handler");
  const environmentsDir = join(dirname(dirname(dir)), "environments");
  const file = await layFile(handler, ownDir, fetch);
  await mkdir(ownDir, { recursive: true, mode: 0o700 });
  if (handler.language === "python") {
    const env = Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    await becomePython({ handler, file, dir: join(dir, "python"), environmentsDir, socketPath, env });
    return;
  }
  exitWithParent();
  await addPackages(handler, environmentsDir, ownDir);
  const options = await load(file);
  let isStarted = false;
  const serve =
    options.mode === "proxy" ? serveProxy(options, () => isStarted) : serveHandler({ ...options, logger });
  await listen(serve, { path: socketPath });
  if (options.mode === "proxy")
    isStarted = await waitUntilStarted(options.checkStart, workerClock, new AbortController().signal);
}

async function load(file: string): Promise<StartOptions<never>> {
  try {
    return await loadHandlerFile(file);
  } catch (cause) {
    throw new BerthError("unprocessable", (cause as Error).message, { param: "handler.source", cause });
  }
}

/** npm packages are installed once for all handlers that ask for the same; the file finds them beside itself. */
async function addPackages(
  { requirements = [] }: HandlerSpec,
  environmentsDir: string,
  dir: string,
): Promise<void> {
  if (requirements.length === 0) return;
  const wanted = requirements.toSorted();
  const key = createHash("sha256").update(wanted.join("\n")).digest("hex").slice(0, 16);
  const folder = join(environmentsDir, `node-${key}`);
  if (!existsSync(folder)) {
    // whole or not at all, and two replicas may want it at the same time
    const unfinished = `${folder}.${process.pid}`;
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    await writeFile(join(unfinished, "package.json"), '{ "private": true }');
    console.log(`installing ${wanted.join(", ")}`);
    await npmInstall(unfinished, wanted);
    if (existsSync(folder)) await rm(unfinished, { recursive: true, force: true });
    else await rename(unfinished, folder);
  }
  const link = join(dir, "node_modules");
  if (!existsSync(link)) await symlink(join(folder, "node_modules"), link);
}

async function npmInstall(folder: string, wanted: readonly string[]): Promise<void> {
  const npm = await findNpm(process.env.PATH ?? "", process.execPath);
  if (npm === undefined)
    throw new BerthError(
      "unprocessable",
      "the handler's requirements are installed by npm, which is not on this machine",
      {
        param: "handler.requirements",
      },
    );
  const [program, ...words] = [
    ...npm,
    "install",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--",
    ...wanted,
  ];
  try {
    await run(program ?? "", words, { cwd: folder });
  } catch (cause) {
    const { stderr, message } = cause as Error & { readonly stderr?: string };
    throw new BerthError(
      "offline",
      `npm could not install ${wanted.join(", ")}: ${stderr ?? message}\nWhat to do: check the names and versions; where there is no network, name a registry that can be reached: --env npm_config_registry=https://...`,
      { cause },
    );
  }
}
