import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A bench's program in a process of its own, listening. Disposing of it ends it. */
export interface Program extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
}

/** Starts a file beside this one and waits for the line in which it says its port. */
export async function startProgram(file: string, ...words: readonly string[]): Promise<Program> {
  const child = spawn(process.execPath, [join(import.meta.dirname, file), ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  const ended = exit.then(() => Promise.reject(new Error(`${file} ended`)));
  ended.catch(() => undefined);
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [
    string,
  ];
  return {
    port: Number(line),
    pid: child.pid ?? Number.NaN,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await exit;
    },
  };
}
