import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Python's official clients of the APIs that Berth speaks, pinned: tests drive Berth with them. */
const pinned = ["openai==3.52.0", "anthropic==2.14.0", "ollama==0.6.3", "text-generation==0.7.0"];

/** Makes `.tools/venv` with the clients. Returns why not, if it cannot. */
export function installPythonClient(top: string, say: (text: string) => void): string | undefined {
  const venv = join(top, ".tools/venv");
  const stamp = join(venv, `${pinned.join(" ")}.stamp`);
  if (existsSync(stamp)) return undefined;
  say(`making a Python environment with ${pinned.join(", ")}`);
  for (const [program, ...args] of [
    ["python3", "-m", "venv", venv],
    [join(venv, "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...pinned],
  ]) {
    const run = spawnSync(program ?? "", args, { encoding: "utf8" });
    if (run.status !== 0)
      return `${[program, ...args].join(" ")}: ${run.error?.message ?? run.stderr.trim().split("\n").at(-1)}`;
  }
  writeFileSync(stamp, "");
  return undefined;
}
