import { readFile, statfs } from "node:fs/promises";
import { realpath } from "node:fs/promises";

/** What the system tells of the file system under a directory. */
export interface FileSystemProbe {
  /** The type number of statfs(2). */
  type(directory: string): Promise<number>;
  /** The text of /proc/self/mountinfo; empty where there is none. */
  mounts(): Promise<string>;
}

export const systemProbe: FileSystemProbe = {
  type: async (directory) => (await statfs(directory)).type,
  mounts: () =>
    process.platform === "linux" ? readFile("/proc/self/mountinfo", "utf8") : Promise.resolve(""),
};

/** Linux's numbers (statfs(2), linux/magic.h, and the file systems' own headers). */
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB 2"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x19830326, "BeeGFS"],
  [0x00c36400, "CephFS"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
  [0x73757245, "Coda"],
  [0x564c, "NCP"],
  [0xaad7aaea, "PanFS"],
  [0x20030528, "OrangeFS"],
  [0x013111a8, "IBRIX"],
]);
const fuseType = 0x65735546;
/** FUSE is one number for local and remote alike; the mount table tells which. */
const remoteFuse =
  /^fuse\.(sshfs|rclone|s3fs|goofys|gcsfuse|glusterfs|ceph|cephfs|mfs|lizardfs|juicefs|beegfs|davfs|curlftpfs|smbnetfs)\b/i;

/**
 * The name of the network file system the directory lies on; `undefined` for a disk of this machine, and where the
 * numbers are not Linux's. SQLite's locks and shared memory do not hold between machines.
 */
export async function networkFileSystem(
  directory: string,
  probe: FileSystemProbe = systemProbe,
): Promise<string | undefined> {
  if (process.platform !== "linux") return undefined;
  // some kernels sign-extend the number
  const type = (await probe.type(directory)) >>> 0;
  if (type !== fuseType) return networkTypes.get(type);
  const mounted = mountedType(await realpath(directory), await probe.mounts());
  return mounted !== undefined && remoteFuse.test(mounted) ? mounted.slice("fuse.".length) : undefined;
}

/** The type of the last mounted file system that holds the directory. */
function mountedType(directory: string, mounts: string): string | undefined {
  let best: { point: string; type: string } | undefined;
  for (const line of mounts.split("\n")) {
    const [before = "", after = ""] = line.split(" - ");
    const point = (before.split(" ")[4] ?? "").replaceAll(/\\(\d{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const holds = point === "/" || directory === point || directory.startsWith(`${point}/`);
    if (point !== "" && holds && point.length >= (best?.point.length ?? 0))
      best = { point, type: after.split(" ")[0] ?? "" };
  }
  return best?.type;
}
