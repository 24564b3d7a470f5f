import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface PeerServer {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** A line of its log says this when it is up. */
  readonly ready: string;
  /** Ends it at once: what it has is thrown away. */
  readonly endSignal: NodeJS.Signals;
}

const keptLines = 5;

/** Resolves when it is up. Rejects with the last that it said when it ends before. Disposing of it ends it. */
export async function startPeerServer({ argv, cwd, ready, endSignal }: PeerServer): Promise<AsyncDisposable> {
  const [file, ...words] = argv;
  const child = spawn(file, words, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const exit = once(child, "exit");
  const said: string[] = [];
  const up = new Promise<void>((resolve) => {
    for (const input of [child.stdout, child.stderr])
      createInterface({ input }).on("line", (line) => {
        if (said.push(line) > keptLines) said.shift();
        if (line.includes(ready)) resolve();
      });
  });
  const ended = exit.then(() => Promise.reject(new Error(`${file} ended: ${said.join("\n")}`)));
  await Promise.race([up, ended]);
  ended.catch(() => undefined);
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill(endSignal);
      await exit;
    },
  };
}
