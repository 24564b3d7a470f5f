import { execFile } from "node:child_process";
import { readFile, statfs } from "node:fs/promises";
import { availableParallelism, freemem, totalmem } from "node:os";
import { promisify } from "node:util";
import type { System } from "@berth/api";

const mebibyte = 1024 * 1024;

/** Memory that a new process may take, in MiB: what the kernel calls available, within the cgroup's limit. */
export async function readMemory(): Promise<System["memory"]> {
  const [meminfo, limit, used] = await Promise.all([
    read("/proc/meminfo"),
    read("/sys/fs/cgroup/memory.max"),
    read("/sys/fs/cgroup/memory.current"),
  ]);
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(meminfo)?.[1];
  const host = {
    totalMiB: totalmem() / mebibyte,
    freeMiB: available === undefined ? freemem() / mebibyte : Number(available) / 1024,
  };
  const cgroupMiB = Number(limit) / mebibyte;
  if (limit.trim() === "" || !Number.isFinite(cgroupMiB)) return whole(host);
  return whole({
    totalMiB: Math.min(host.totalMiB, cgroupMiB),
    freeMiB: Math.min(host.freeMiB, Math.max(0, cgroupMiB - Number(used) / mebibyte)),
  });
}

export async function readDisk(path: string): Promise<System["disk"]> {
  const { blocks, bavail, bsize } = await statfs(path);
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
}

/** Cores this process may use: the affinity mask, within the cgroup's quota. */
export async function readCores(): Promise<number> {
  const [quota, period] = (await read("/sys/fs/cgroup/cpu.max")).trim().split(" ");
  const limit =
    quota === undefined || quota === "" || quota === "max"
      ? Infinity
      : Math.ceil(Number(quota) / Number(period));
  return Math.max(1, Math.min(availableParallelism(), limit));
}

/** NVIDIA GPUs as the driver lists them; none where there is no driver. */
export async function readGpus(): Promise<System["gpus"]> {
  try {
    const query = ["--query-gpu=name,memory.total", "--format=csv,noheader,nounits"];
    const { stdout } = await promisify(execFile)("nvidia-smi", query, { timeout: 5_000 });
    return stdout
      .trim()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [name = "", memory = ""] = line.split(", ");
        return { name, memoryMiB: Number.isFinite(Number(memory)) ? Number(memory) : null };
      });
  } catch {
    return []; // no driver, no GPU: that is an answer
  }
}

function whole(memory: { totalMiB: number; freeMiB: number }): System["memory"] {
  return { totalMiB: Math.floor(memory.totalMiB), freeMiB: Math.floor(memory.freeMiB) };
}

async function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
