import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** By its folder in `.tools`, what each of Python's environments holds: clients that drive Berth, servers that it asks. */
const environments: Readonly<Record<string, readonly string[]>> = {
  venv: ["openai==3.52.0", "anthropic==2.14.0", "ollama==0.6.3", "text-generation==0.7.0"],
  "venv-s3": ["moto[s3,server]==5.2.5"],
};

/** And apps that it drives, which are large: for the long tests. */
const longEnvironments: typeof environments = { "venv-gradio": ["gradio==6.31.0"] };

/** Makes the environments in `.tools`. Returns why not, if it cannot. */
export function installPythonClient(
  top: string,
  say: (text: string) => void,
  isLong: boolean,
): string | undefined {
  const wanted = isLong ? { ...environments, ...longEnvironments } : environments;
  for (const [folder, pinned] of Object.entries(wanted)) {
    const failure = install(join(top, ".tools", folder), pinned, say);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function install(venv: string, pinned: readonly string[], say: (text: string) => void): string | undefined {
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
