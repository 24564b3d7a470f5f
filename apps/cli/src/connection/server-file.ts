import { join } from "node:path";
import { readIfThere } from "./home.ts";

/** What a running server tells about itself in `<home>/server.json`. */
export interface ServerFile {
  readonly pid: number;
  readonly host: string;
  readonly port: number;
}

/** The running server of this home; `undefined` when the file is absent, unreadable as such, or left by a dead process. */
export function readServerFile(
  homeDir: string,
  isOurs: (pid: number) => boolean = isOurProcess,
): ServerFile | undefined {
  const text = readIfThere(join(homeDir, "server.json"));
  if (text === undefined) return undefined;
  const file = parse(text);
  return file !== undefined && isOurs(file.pid) ? file : undefined;
}

function parse(text: string): ServerFile | undefined {
  try {
    const { pid, host, port } = JSON.parse(text) as Partial<ServerFile>;
    if (!Number.isInteger(pid) || !Number.isInteger(port) || typeof host !== "string") return undefined;
    return { pid: pid as number, host, port: port as number };
  } catch {
    // Half-written by a server that was killed: as good as none.
    return undefined;
  }
}

/** A process of another user is not our server, whatever the file says: the admin key must not go there. */
function isOurProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
