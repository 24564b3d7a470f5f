import { readFile } from "node:fs/promises";

/**
 * Who answers on a TCP port of this machine's loopback, as this user is concerned: `ours` is this user or root, who
 * could read everything anyway; `nobody` listens; `unknown` where the system does not tell.
 */
export type PortOwner = "ours" | "foreign" | "nobody" | "unknown";

interface Listening {
  readonly address: string;
  readonly port: number;
  readonly uid: number;
}

/** Where a connection to the address may arrive, the most particular first. */
const receivers: Readonly<Record<string, readonly string[]>> = {
  "127.0.0.1": ["0100007F", "00000000", "0000000000000000FFFF00000100007F", "0".repeat(32)],
  "::1": ["00000000000000000000000001000000", "0".repeat(32)],
};

/** Looks the listener of a loopback address up. Any other address is `unknown`. */
export async function portOwner(host: string, port: number): Promise<PortOwner> {
  const ownUid = process.getuid?.();
  const addresses = receivers[host];
  if (process.platform !== "linux" || ownUid === undefined || addresses === undefined) return "unknown";
  const tables = await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map(readTable));
  return judgeOwner(tables.flatMap(listeningRows), addresses, port, ownUid);
}

function judgeOwner(
  rows: readonly Listening[],
  addresses: readonly string[],
  port: number,
  ownUid: number,
): PortOwner {
  for (const address of addresses) {
    const found = rows.filter((row) => row.address === address && row.port === port);
    if (found.length > 0) return found.every(({ uid }) => uid === ownUid || uid === 0) ? "ours" : "foreign";
  }
  // a sandbox may show empty tables
  return rows.length === 0 ? "unknown" : "nobody";
}

/** Empty where there is none: a machine without IPv6 has no second table. */
async function readTable(path: string): Promise<string> {
  try {
    return await readFile(path, "latin1");
  } catch (error) {
    if (["ENOENT", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) return "";
    throw error;
  }
}

const row = /^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A \S+ \S+ \S+ +(\d+) /gm;

/** The table's sockets that listen (state 0A). */
function listeningRows(table: string): Listening[] {
  return [...table.matchAll(row)].map(([, address = "", port = "", uid]) => ({
    address,
    port: Number.parseInt(port, 16),
    uid: Number(uid),
  }));
}
