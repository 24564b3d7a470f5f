import { readFile } from "node:fs/promises";

/** What tells this machine from others that share a disk with it (systemd's machine-id); `null` where there is none. */
export async function readMachineId(path = "/etc/machine-id"): Promise<string | null> {
  try {
    const id = (await readFile(path, "utf8")).trim();
    return id === "" ? null : id;
  } catch {
    // macOS and small containers have none
    return null;
  }
}
