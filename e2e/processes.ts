import { readdir, readFile } from "node:fs/promises";

export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/** Every live process whose command line names the text: runners and engines bear their launch directory there. */
export async function processesNaming(text: string): Promise<readonly RunningProcess[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => ({
      pid,
      command: (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ").trim(),
    })),
  );
  return found.filter((one) => one.pid !== process.pid && one.command.includes(text));
}

/** Runners of a home, which stand apart from their engines by `--dir`. */
export async function runnersOf(home: string): Promise<readonly RunningProcess[]> {
  return (await processesNaming(`${home}/launches/`)).filter((one) => one.command.includes(" --dir "));
}

/** Engines of a home: what names a launch directory and is no runner. */
export async function enginesOf(home: string): Promise<readonly RunningProcess[]> {
  return (await processesNaming(`${home}/launches/`)).filter((one) => !one.command.includes(" --dir "));
}
