import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";

export interface SshProgram {
  /** `ssh`, or the path of another one. */
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

/** What of the server's environment ssh gets: all but our settings, and nothing that could ask a person. */
export function sshEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !entry[0].startsWith("BERTH_") &&
      !["DISPLAY", "WAYLAND_DISPLAY", "SSH_ASKPASS"].includes(entry[0]),
  );
  return { ...Object.fromEntries(kept), SSH_ASKPASS_REQUIRE: "never" };
}

/** Starts ssh in a session of its own: the keys a person presses at the server's terminal are not meant for it. */
export function spawnSsh(program: SshProgram, words: readonly string[], stdio: StdioOptions): ChildProcess {
  // under its plain name, by which it finds itself again for a ProxyJump
  return spawn(program.path, words, { argv0: "ssh", cwd: "/", detached: true, env: program.env, stdio });
}

/** What a short command of ssh's own (`-O check`) printed and ended with; `hung` when it did not end in time. */
export type SshResult =
  | { readonly kind: "ended"; readonly code: number; readonly words: string }
  | { readonly kind: "hung" };

/** Runs ssh to its end; a signal that aborts ends it, and rejects. Throws `unsupported` where there is none. */
export async function runSsh(
  program: SshProgram,
  words: readonly string[],
  options: { readonly timeoutMs: number; readonly stderr?: number; readonly signal?: AbortSignal },
): Promise<SshResult> {
  options.signal?.throwIfAborted();
  const child = spawnSsh(program, words, ["ignore", "ignore", options.stderr ?? "pipe"]);
  const said: Buffer[] = [];
  child.stderr?.on("data", (chunk: Buffer) => said.push(chunk));
  const over = new AbortController();
  const onAbort = (): void => void child.kill("SIGKILL");
  options.signal?.addEventListener("abort", onAbort, { once: true });
  const ended = new Promise<SshResult>((resolve, reject) => {
    child.once("error", (error) => reject(noSsh(program, error)));
    child.once("close", (code) =>
      resolve({ kind: "ended", code: code ?? 255, words: Buffer.concat(said).toString() }),
    );
  });
  const late = program.clock.sleep(options.timeoutMs, over.signal).then(
    (): SshResult => {
      child.kill("SIGKILL");
      return { kind: "hung" };
    },
    // it has ended meanwhile
    (): SshResult => ({ kind: "hung" }),
  );
  try {
    const result = await Promise.race([ended, late]);
    options.signal?.throwIfAborted();
    return result;
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
    over.abort();
  }
}

export function noSsh(program: SshProgram, cause: Error): BerthError {
  return new BerthError(
    "unsupported",
    `${program.path} could not be started (install the OpenSSH client): ${cause.message}`,
    { cause },
  );
}
