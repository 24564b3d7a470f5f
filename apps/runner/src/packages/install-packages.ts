import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Clock } from "@berth/std/clock";
import { withFileLock } from "@berth/std/file-lock";
import { dieWithParent } from "../engine/die-with-parent.ts";
import type { EngineLog } from "../engine/engine-log.ts";
import { startEngineProcess } from "../engine/engine-process.ts";
import { findNpm } from "./find-npm.ts";
import { isInstalled, type PackagePlace } from "./find-packages.ts";
import { installCommand, installWords, npmFailure, type ForeignMachine } from "./npm-words.ts";
import { removeUnneeded } from "./remove-unneeded.ts";

export interface InstallMeans {
  readonly env: Readonly<Record<string, string>>;
  /** The value of the launch's mark, which npm bears too. */
  readonly mark: string;
  /** Where npm's output goes. */
  readonly log: EngineLog;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Where they will run, if not here. */
  readonly foreign?: ForeignMachine;
}

export type Installed =
  | { readonly kind: "installed" }
  | { readonly kind: "failed"; readonly exitCode: number; readonly reason: string };

/** As a shell says that it found no such program: no retry mends it. */
const noProgramExitCode = 127;
const failedExitCode = 1;
const limitMs = 30 * 60_000;
const npmStopMs = 1_000;
const toldLines = 40;

/**
 * Installs what is missing by npm, into a folder that appears whole or not at all. Of several launches, of whatever
 * processes, one installs and the others wait for it. Rejects with the signal's reason when it aborts; npm is gone then.
 */
export async function installPackages(
  { dir, needed }: Extract<PackagePlace, { kind: "missing" }>,
  means: InstallMeans,
): Promise<Installed> {
  const { env, log, clock, signal } = means;
  const npm = await findNpm(env.PATH ?? "", process.execPath);
  if (npm === undefined) {
    const reason = `${needed.title} is fetched by npm, and there is no npm on PATH (${env.PATH ?? ""}); install npm and restart the service, or run where there is one: ${installCommand(dir, needed)}`;
    return { kind: "failed", exitCode: noProgramExitCode, reason };
  }
  const hidden = join(dirname(dir), `.${basename(dir)}`);
  try {
    return await withFileLock(`${hidden}.lock`, clock, signal, async () => {
      if (isInstalled(dir, needed)) return { kind: "installed" };
      const partial = `${hidden}.partial`;
      await rm(partial, { recursive: true, force: true });
      await mkdir(partial, { recursive: true });
      await writeFile(join(partial, "package.json"), '{ "private": true }\n');
      const words = [...npm, ...installWords(partial, needed, means.foreign)];
      const failure = await runNpm(words, partial, means);
      if (failure !== undefined) {
        const reason = npmFailure(await log.lastLines(toldLines), failure, dir, needed);
        return { kind: "failed", exitCode: failedExitCode, reason };
      }
      await removeUnneeded(partial, needed);
      await rm(dir, { recursive: true, force: true });
      await rename(partial, dir);
      return { kind: "installed" };
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = `${needed.title} could not be installed into ${dir}: ${(error as Error).message}`;
    return { kind: "failed", exitCode: failedExitCode, reason };
  }
}

/** Resolves to how it failed, in words; `undefined` when it did not. */
async function runNpm(
  words: readonly string[],
  cwd: string,
  { env, mark, log, clock, signal }: InstallMeans,
): Promise<string | undefined> {
  signal.throwIfAborted();
  log.write(Buffer.from(`${words.join(" ")}\n`));
  const npm = await startEngineProcess(
    {
      words: [...(await dieWithParent(env.PATH ?? "", "KILL")), ...words],
      cwd,
      env,
      holdsStdin: false,
      isContained: false,
      mark,
    },
    log,
    clock,
  );
  const over = new AbortController();
  const given = AbortSignal.any([signal, over.signal]);
  try {
    await Promise.race([npm.ended, clock.sleep(limitMs, given)]);
  } catch {
    // the wish to stop: what follows obeys it
  } finally {
    over.abort();
  }
  const hadEnded = npm.gone.aborted;
  const end = await npm.stop(hadEnded ? 0 : npmStopMs);
  signal.throwIfAborted();
  if (!hadEnded) return `it was not done after ${limitMs / 60_000} minutes`;
  if (end.exitCode === 0) return undefined;
  return end.signal === null ? `it exited with code ${end.exitCode}` : `it was killed by ${end.signal}`;
}
