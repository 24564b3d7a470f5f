import { readdir, readFile } from "node:fs/promises";

interface Found {
  readonly pid: number;
  readonly parent: number;
}

/** A process and what it has started, and so on, as far as it runs. */
export async function familyOf(pid: number): Promise<readonly number[]> {
  const all = (
    await Promise.all((await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(read))
  ).flat();
  const family = [pid];
  for (const parent of family)
    family.push(...all.filter((one) => one.parent === parent).map((one) => one.pid));
  return family;
}

async function read(name: string): Promise<readonly Found[]> {
  const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return [];
  // the program's name may hold spaces and brackets
  return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) }];
}
