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

interface Receiver {
  readonly table: string;
  /** Where a connection may arrive, the most particular first. */
  readonly addresses: readonly string[];
}

const tcp = "/proc/net/tcp";
const tcp6 = "/proc/net/tcp6";
const anywhere6 = "0".repeat(32);
const receivers: Readonly<Record<string, readonly Receiver[]>> = {
  "127.0.0.1": [
    { table: tcp, addresses: ["0100007F", "00000000"] },
    { table: tcp6, addresses: ["0000000000000000FFFF00000100007F", anywhere6] },
  ],
  "::1": [{ table: tcp6, addresses: ["00000000000000000000000001000000", anywhere6] }],
};

/** Looks the listener of a loopback address up, as it is now. Any other address is `unknown`. */
export async function portOwner(host: string, port: number): Promise<PortOwner> {
  const ownUid = process.getuid?.();
  const places = receivers[host];
  if (process.platform !== "linux" || ownUid === undefined || places === undefined) return "unknown";
  let seen = 0;
  for (const { table, addresses } of places) {
    const rows = listeningRows(await readFresh(table));
    seen += rows.length;
    for (const address of addresses) {
      const found = rows.filter((row) => row.address === address && row.port === port);
      if (found.length > 0) return found.every(({ uid }) => uid === ownUid || uid === 0) ? "ours" : "foreign";
    }
  }
  // a sandbox may show empty tables, and a machine without listeners on IPv6 is told by the other table
  return seen > 0 || listeningRows(await readFresh(tcp)).length > 0 ? "nobody" : "unknown";
}

const running = new Map<string, Promise<string>>();
const following = new Map<string, Promise<string>>();

/** The table as it is at the call or later. Reading takes milliseconds: many callers at once share the next reading. */
function readFresh(path: string): Promise<string> {
  const current = running.get(path);
  if (current === undefined) return startReading(path);
  const next = following.get(path) ?? afterwards(current, path);
  following.set(path, next);
  return next;
}

async function afterwards(current: Promise<string>, path: string): Promise<string> {
  await current.catch(() => undefined);
  following.delete(path);
  return startReading(path);
}

function startReading(path: string): Promise<string> {
  const reading = readTable(path).finally(() => {
    if (running.get(path) === reading) running.delete(path);
  });
  running.set(path, reading);
  return reading;
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
