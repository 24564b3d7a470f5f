import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { shellWords } from "@berth/std/shell-quote";
import type { SshProgram } from "./ssh-process.ts";

/**
 * The program, with `ssh` as it finds it itself for jump hosts replaced by one that asks no more than it may. Options of
 * ours do not reach the ssh of a ProxyJump: asked by nobody, it would answer a jump host's questions by empty words, again
 * and again, until the site locks the user out. What it says goes to the log, which else nobody would see.
 */
export function withJumpProgram(
  program: SshProgram,
  options: { readonly dir: string; readonly logPath: string; readonly interactive: boolean },
): SshProgram {
  const path = findProgram(program);
  // what is not there is told when it is started
  if (path === undefined) return program;
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  const batch = ["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"];
  const words = [path, "-E", options.logPath, ...(options.interactive ? [] : batch)];
  writeFileSync(join(options.dir, "ssh"), `#!/bin/sh\nexec ${shellWords(words)} "$@"\n`, { mode: 0o700 });
  const env = { ...program.env, PATH: [options.dir, program.env["PATH"] ?? ""].join(delimiter) };
  return { ...program, path, env };
}

function findProgram({ path, env }: SshProgram): string | undefined {
  if (isAbsolute(path)) return path;
  return (env["PATH"] ?? "")
    .split(delimiter)
    .map((dir) => join(dir, path))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
