import { closeSync, openSync, readFileSync, statSync, truncateSync } from "node:fs";

const keptBytes = 256 * 1024;

/** What the master tells of itself, in a file that outlives us: why it could not log in, what befell it later. */
export class MasterLog {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Empties it, and opens it for the standard error of what ssh itself starts (a ProxyJump). Close it by `close`. */
  begin(): number {
    closeSync(openSync(this.path, "w", 0o600));
    return openSync(this.path, "a", 0o600);
  }

  close(fd: number): void {
    closeSync(fd);
  }

  read(): string {
    try {
      // ssh ends its lines by CR LF
      return readFileSync(this.path, "utf8").replaceAll("\r\n", "\n");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
      throw error;
    }
  }

  /** Forgets the oldest when there is much: each connection through a tunnel that leads nowhere leaves a line. */
  trim(): void {
    if ((statSync(this.path, { throwIfNoEntry: false })?.size ?? 0) > keptBytes) truncateSync(this.path, 0);
  }
}

/** Why the master ended, as its log tells; what befell single tunnels is left out. */
export function lastWords(log: string): string {
  return log
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^channel \d+: open failed/.test(line))
    .slice(-5)
    .join("\n");
}

/** Whether the host has refused to forward a port. */
export function forbidsForwarding(log: string): boolean {
  return /administratively prohibited/.test(log);
}
