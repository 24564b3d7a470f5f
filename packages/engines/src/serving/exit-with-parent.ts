import { fstatSync } from "node:fs";

export interface ParentTies {
  readonly stdin: NodeJS.ReadStream;
  /** Whether the process was started with a pipe or socket for standard input, whose end is the parent's. */
  readonly stdinIsPipe: boolean;
  readonly onDisconnect: (listener: () => void) => void;
  /** At once, whatever native code is doing. */
  readonly die: () => void;
}

/**
 * Ends this process as soon as its parent is gone, however it went: at the end of standard input, when that is a pipe,
 * and when the IPC channel closes, when there is one. A parent that is killed cannot say goodbye, and an engine without
 * its runner holds memory for nobody.
 */
export function exitWithParent(ties: ParentTies = realTies()): void {
  ties.onDisconnect(ties.die);
  if (!ties.stdinIsPipe) return;
  ties.stdin.on("end", ties.die);
  ties.stdin.on("error", ties.die);
  // read, or the end is never seen
  ties.stdin.resume();
}

function realTies(): ParentTies {
  return {
    stdin: process.stdin,
    stdinIsPipe: isPipe(0),
    onDisconnect: (listener) => void process.on("disconnect", listener),
    // exit handlers would wait for native threads
    die: () => void process.kill(process.pid, "SIGKILL"),
  };
}

function isPipe(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isFIFO() || status.isSocket();
  } catch {
    // started without the descriptor
    return false;
  }
}
