import { spawn } from "node:child_process";
import { once } from "node:events";
import { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { untilAborted } from "@berth/std/until-aborted";
import type { RemoteCommand, RemoteHost, RemoteStream } from "./remote-host.ts";
import { slurmHabits } from "./slurm-habits.ts";
import { feed, KeptWords, readAll } from "./script-input.ts";

export interface ThisHostOptions {
  readonly clock: Clock;
  /** What scripts see. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const defaultTimeoutMs = 60_000;
const keptStderrLength = 1024 * 1024;

/** The login node is this machine: scripts run here, ports are reached as they are. */
export function createThisHost({ clock, env }: ThisHostOptions): RemoteHost {
  const isKept = (name: string): boolean => !name.startsWith("BERTH_") && !slurmHabits.includes(name);
  const scriptEnv = Object.fromEntries(Object.entries(env).filter(([name]) => isKept(name)));

  const start = (script: string): RemoteStream & { readonly end: () => void } => {
    // a process group of its own, so that all of it can be ended
    const child = spawn("/bin/sh", ["-c", script], {
      cwd: env["HOME"] ?? "/",
      detached: true,
      env: scriptEnv,
    });
    const said = new KeptWords(keptStderrLength);
    child.stderr.setEncoding("utf8").on("data", (text: string) => said.add(text));
    child.stdin.on("error", () => undefined);
    const ended = (async () => {
      const [[code, signal]] = await Promise.all([once(child, "exit"), once(child.stderr, "close")]);
      return { exitCode: exitCode(code as number | null, signal as string | null), stderr: said.text };
    })();
    ended.catch(() => undefined);
    const end = (): void => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, "SIGTERM");
    };
    return { stdin: child.stdin, stdout: child.stdout, ended, end };
  };

  return {
    async run({ script, stdin, timeoutMs = defaultTimeoutMs }: RemoteCommand, signal) {
      signal.throwIfAborted();
      const over = new AbortController();
      const late = new AbortController();
      clock.sleep(timeoutMs, over.signal).then(
        () => {
          const words = `a command did not end within ${Math.ceil(timeoutMs / 1000)} s`;
          late.abort(new BerthError("upstream_timeout", words));
        },
        // it has ended
        () => undefined,
      );
      const child = start(script);
      feed(child.stdin, stdin);
      const whole = Promise.all([readAll(child.stdout), child.ended]);
      whole.catch(() => undefined);
      try {
        const [stdout, end] = await untilAborted(whole, AbortSignal.any([signal, late.signal]));
        return { stdout, ...end };
      } catch (error) {
        child.end();
        throw error;
      } finally {
        over.abort();
      }
    },

    async stream({ script, stdin }, signal) {
      signal.throwIfAborted();
      const child = start(script);
      signal.addEventListener("abort", child.end, { once: true });
      const ended = child.ended.finally(() => signal.removeEventListener("abort", child.end));
      ended.catch(() => undefined);
      if (stdin !== undefined) feed(child.stdin, stdin);
      return { stdout: child.stdout, stdin: child.stdin, ended };
    },

    tunnel: async () => ({ transport: "direct", socketPath: undefined }),
    closeTunnel: async () => undefined,
    connection: { state: "connected", reason: null, since: null, transport: "direct" },
  };
}

const signalNumbers: Readonly<Record<string, number>> = process.getBuiltinModule("node:os").constants.signals;

function exitCode(code: number | null, signal: string | null): number {
  return code ?? 128 + (signalNumbers[signal ?? ""] ?? 0);
}
