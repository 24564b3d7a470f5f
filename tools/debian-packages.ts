import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** A Debian package some tests need, and a command that succeeds when it is there. */
export interface Needed {
  readonly name: string;
  readonly probe: readonly [string, ...string[]];
  readonly for: string;
}

export const neededPackages: readonly Needed[] = [
  { name: "chromium", probe: ["chromium", "--version"], for: "browser tests" },
  {
    name: "python3-venv",
    probe: ["python3", "-c", "import venv, ensurepip"],
    for: "Python's openai client",
  },
  { name: "podman", probe: ["podman", "--version"], for: "services in containers" },
  { name: "runc", probe: ["runc", "--version"], for: "containers where cgroups are mixed" },
  { name: "shellcheck", probe: ["shellcheck", "--version"], for: "scripts that Berth writes" },
  { name: "ffmpeg", probe: ["ffmpeg", "-version"], for: "speech tests" },
  { name: "espeak-ng", probe: ["espeak-ng", "--version"], for: "speech tests" },
  { name: "faketime", probe: ["faketime", "--version"], for: "tests of clocks that jump" },
  { name: "curl", probe: ["curl", "--version"], for: "curl tests" },
];

/** Installs what is missing when this process may (root, with apt). Returns what is still missing, with why. */
export function installPackages(
  say: (text: string) => void,
  all: readonly Needed[] = neededPackages,
): readonly string[] {
  const missing = all.filter((needed) => spawnSync(needed.probe[0], needed.probe.slice(1)).status !== 0);
  if (missing.length === 0) return [];
  const names = missing.map((needed) => needed.name);
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    return missing.map(
      (needed) => `${needed.name} (for ${needed.for}): install it with apt-get install ${needed.name}`,
    );
  }
  say(`installing ${names.join(", ")} by apt`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = ["-y", "-qq", "--no-install-recommends", ...names];
  const tryInstall = (): number | null =>
    spawnSync("apt-get", ["install", ...options], {
      env: environment,
      stdio: ["ignore", "ignore", "inherit"],
    }).status;
  // The lists may be absent or old; the first try is for machines where they are not.
  spawnSync("apt-get", ["update", "-qq"], { env: environment, stdio: ["ignore", "ignore", "inherit"] });
  const status = tryInstall();
  return status === 0 ? [] : names.map((name) => `${name}: apt-get ended with ${status}`);
}
