import { readdir, readFile, readlink } from "node:fs/promises";

/** Who listens on a TCP port of this machine. */
export interface PortHolder {
  readonly pid: number;
  readonly command: string;
}

/**
 * Looks a listening port up in /proc. `undefined` when nobody listens, when the holder belongs to another user whose
 * files cannot be read, or where there is no /proc.
 */
export async function portHolder(port: number): Promise<PortHolder | undefined> {
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => readFile(path, "utf8").catch(() => "")),
  );
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) return undefined;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const sockets = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of sockets) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => "");
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      return {
        pid: Number(pid),
        command: command
          .split("\0")
          .filter((word) => word !== "")
          .join(" ")
          .slice(0, 200),
      };
    }
  }
  return undefined;
}

/** Inodes of the table's sockets that listen (state 0A) on the port. */
function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    return columns[1]?.endsWith(suffix) === true && columns[3] === "0A" && columns[9] !== undefined
      ? [columns[9]]
      : [];
  });
}
