import { execFile } from "node:child_process";
import { findProgram } from "./find-program.ts";

/**
 * Words to put before a command so that the kernel sends it the signal when this process dies, however it dies; none
 * where util-linux's `setpriv` is not to be had.
 */
export async function dieWithParent(path: string, signal: "KILL" | "TERM"): Promise<readonly string[]> {
  const setpriv = await findProgram("setpriv", "/", path);
  if (setpriv.kind === "missing") return [];
  const words = ["--pdeathsig", signal, "--"];
  // busybox has a setpriv that cannot do it
  return new Promise((resolve) => {
    execFile(setpriv.path, [...words, "true"], (error) =>
      resolve(error === null ? [setpriv.path, ...words] : []),
    );
  });
}
