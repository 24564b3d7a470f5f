import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { cleanEnvironment, top } from "../berth-process.ts";

const workerProgram = join(top, "packages/worker/dist/worker.mjs");

export interface PullWorkerOptions {
  readonly url: string;
  /** With the scope `worker`. */
  readonly key: string;
  readonly endpoint: string;
  /** The handler's file. */
  readonly file: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Words for Node itself. */
  readonly flags?: readonly string[];
  /** Started by this shell script, which ends with `exec "$@"`. */
  readonly shell?: string;
}

/** A worker in a process of its own, that takes an endpoint's jobs. */
export interface PullWorker {
  readonly pid: number;
  /** All that it has said so far. */
  output(): string;
  /** Resolves to its exit code or signal. */
  readonly ended: Promise<number | string | null>;
  stop(): Promise<void>;
}

export function startPullWorker(options: PullWorkerOptions): PullWorker {
  const { url, key, endpoint, file, environment = {}, flags = [], shell = 'exec "$@"' } = options;
  const words = [process.execPath, ...flags, workerProgram, "run", file];
  const child = spawn("bash", ["-c", shell, "worker", ...words], {
    env: cleanEnvironment({ BERTH_URL: url, BERTH_API_KEY: key, BERTH_ENDPOINT: endpoint, ...environment }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output = (output + chunk.toString()).slice(-1_000_000)));
  const ended = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | string | null);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
