import { execFile } from "node:child_process";
import { findProgram } from "../engine/find-program.ts";

/** Where engines listen inside: the namespace is empty, so every port is free. */
export const privatePort = 8080;

const namespaceFlags = ["--user", "--map-root-user", "--net", "--"] as const;

/** The words that start a program in a network namespace of its own, or why this machine lets nobody make one. */
export type PrivateWords =
  | { readonly kind: "granted"; readonly words: readonly string[] }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Tries whether this user may have a network namespace, and its loopback. `runnerArgv` is what this runner was started
 * with; the engine's own words are to be put behind.
 */
export async function privateWords(
  runnerArgv: readonly string[],
  socketPath: string,
  path: string,
): Promise<PrivateWords> {
  const unshare = await findProgram("unshare", "/", path);
  if (unshare.kind === "missing") return { kind: "refused", reason: unshare.reason };
  const trial = ["/bin/sh", "-c", "PATH=$PATH:/usr/sbin:/sbin exec ip link set lo up"];
  const refusal = await new Promise<string | undefined>((resolve) => {
    execFile(unshare.path, [...namespaceFlags, ...trial], (error, _, stderr) =>
      resolve(error === null ? undefined : stderr.trim() || error.message),
    );
  });
  if (refusal !== undefined) return { kind: "refused", reason: refusal };
  const inside = ["inside", "--socket", socketPath, "--port", String(privatePort), "--"];
  return { kind: "granted", words: [unshare.path, ...namespaceFlags, ...runnerArgv, ...inside] };
}
