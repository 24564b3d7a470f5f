import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { BerthError } from "@berth/api";

/** Addresses of Unix sockets end here on some systems (104 on macOS and BSD, 108 on Linux), the closing NUL included. */
const socketPathBytes = 104;
/** Our longest file name, and what ssh adds to it while it makes a socket (`.` and 16 letters). */
const nameBytes = 21 + 17;

/**
 * Where control sockets and tunnels lie: `wanted`, or, where its path is too long for a socket or holds what ssh would
 * expand, a directory of this user under `XDG_RUNTIME_DIR` or the system's temporary one. Made, 0700, and surely ours.
 */
export function openControlDir(
  wanted: string,
  env: Readonly<Record<string, string | undefined>>,
  userId: number,
): string {
  const short = createHash("sha256").update(wanted).digest("hex").slice(0, 8);
  const runtime = env["XDG_RUNTIME_DIR"];
  const candidates = [
    wanted,
    ...(runtime === undefined ? [] : [join(runtime, `berth-${short}`)]),
    `/tmp/berth-${userId}-${short}`,
  ];
  const dir = candidates.find(isFit);
  if (dir === undefined)
    throw new BerthError("unsupported", `no directory is short enough for sockets: ${wanted}`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const found = lstatSync(dir);
  if (!found.isDirectory() || found.uid !== userId || (found.mode & 0o077) !== 0)
    throw new BerthError(
      "unsupported",
      `${dir} must be a directory of yours alone (mode 0700): move it away`,
    );
  return dir;
}

/** `%`, `~` and `$` are ssh's own, a colon ends a path in a forwarding; a blank is nobody's friend. */
function isFit(dir: string): boolean {
  return /^\/[A-Za-z0-9/._+@-]*$/.test(dir) && Buffer.byteLength(dir) + 1 + nameBytes < socketPathBytes;
}
