import { fork, type ChildProcess } from "node:child_process";
import { BerthError } from "@berth/api";
import { residentMiB } from "@berth/std/process-table";
import type { Clock } from "@berth/std/clock";
import { DeadlinePassed, withDeadline } from "@berth/std/deadline";
import { readingLimits, type Atom, type DocumentFile } from "./document.ts";
import type { ReaderAnswer, ReaderQuestion } from "./reader-main.ts";

export interface ReaderOptions {
  /** The program of `reader-main.ts`. */
  readonly entry: string;
  readonly clock: Clock;
  readonly deadlineMs?: number;
  readonly maxMemoryMiB?: number;
}

const defaultDeadlineMs = 120_000;
const defaultMaxMemoryMiB = 1_024;
const maxHeapMiB = 768;
const lookMs = 250;

/**
 * Reads files in a process of its own: what strangers' files can do to their readers (a loop, a bomb of zeros) ends
 * with it. Throws BerthError that names the file and the fix, the signal's reason when it aborts; nothing is left
 * running.
 */
export async function readInProcess(
  files: readonly DocumentFile[],
  { entry, clock, deadlineMs = defaultDeadlineMs, maxMemoryMiB = defaultMaxMemoryMiB }: ReaderOptions,
  signal: AbortSignal,
): Promise<readonly Atom[]> {
  const child = fork(entry, [], {
    serialization: "advanced",
    // bytes lie beside the heap
    execArgv: [`--max-old-space-size=${maxHeapMiB}`],
    env: {},
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const watching = new AbortController();
  try {
    const answer = await withDeadline(clock, deadlineMs, signal, () =>
      Promise.race([
        ask(child, { files, limits: readingLimits }),
        outgrows(child, maxMemoryMiB, clock, watching.signal),
      ]),
    );
    switch (answer.kind) {
      case "read":
        return answer.atoms;
      case "refused":
        throw new BerthError(answer.code, answer.message, { param: "file", details: answer.details });
    }
  } catch (error) {
    if (!(error instanceof DeadlinePassed)) throw error;
    throw tooMuch(files, `took longer than ${deadlineMs / 1000} s`, error);
  } finally {
    watching.abort();
    child.kill("SIGKILL");
  }

  function ask(reader: ChildProcess, question: ReaderQuestion): Promise<ReaderAnswer> {
    return new Promise((resolve, reject) => {
      reader.once("message", (answer) => resolve(answer as ReaderAnswer));
      reader.once("error", reject);
      reader.once("exit", (code, killedBy) =>
        reject(tooMuch(files, `ended their reader (${killedBy ?? `exit code ${code}`})`)),
      );
      reader.send(question, (error) => error !== null && reject(error));
    });
  }

  async function outgrows(
    reader: ChildProcess,
    mebibytes: number,
    wait: Clock,
    ended: AbortSignal,
  ): Promise<never> {
    while (reader.pid === undefined || residentMiB([reader.pid]) <= mebibytes)
      await wait.sleep(lookMs, ended);
    throw tooMuch(files, `needed more than ${mebibytes} MiB of memory`);
  }
}

function tooMuch(files: readonly DocumentFile[], what: string, cause?: unknown): BerthError {
  const names = files.map(({ name }) => name).join(", ");
  return new BerthError("unprocessable", `${names}: reading ${what}; save it anew, or split it`, {
    param: "file",
    cause,
  });
}
