import type { Check, Profile } from "@berth/api";
import { sbatchFlags, slurmTools } from "./look-script.ts";
import { readRuntimes } from "./read-runtimes.ts";
import type { Section } from "./sections.ts";
import { failed, fine, warning } from "./verdict.ts";

type Sections = ReadonlyMap<string, Section>;

/** When the script was sent and when it was answered, by this machine's clock. */
export interface Asked {
  readonly sentMs: number;
  readonly answeredMs: number;
}

const needed = new Set(["sbatch", "squeue", "scancel", "scontrol", "sinfo"]);
const clockToleranceMs = 60_000;
/** What Node's own builds for Linux need. */
const oldestGlibc = { x86_64: [2, 28], aarch64: [2, 28] } as const;

/** Judges what `lookScript` printed. Pure. */
export function lookVerdicts(profile: Profile, sections: Sections, asked: Asked): readonly Check[] {
  return [
    slurmVerdict(sections),
    runtimesVerdict(profile, sections),
    nodeVerdict(profile, sections),
    homeVerdict(profile, sections),
    spaceVerdict(profile, sections),
    cacheVerdict(profile, sections),
    internetVerdict(sections),
    clockVerdict(sections, asked),
  ];
}

function linesOf(sections: Sections, name: string): readonly string[] {
  return sections.get(name)?.lines ?? [];
}

/** The rest of the line that begins with `@word`. */
function told(sections: Sections, name: string, word: string): string | undefined {
  return linesOf(sections, name)
    .find((line) => line.startsWith(`@${word} `))
    ?.slice(word.length + 2)
    .trim();
}

function said(sections: Sections, name: string): string {
  return linesOf(sections, name)
    .filter((line) => !line.startsWith("@"))
    .join(" ");
}

function slurmVerdict(sections: Sections): Check {
  const lines = linesOf(sections, "tools");
  const missing = slurmTools.filter((tool) => !lines.includes(`@has ${tool}`));
  const version = /slurm(?:-wlm)? (\d+\.\d+\S*)/.exec(lines.join(" "))?.[1];
  const path = "put Slurm's directory on the PATH in ~/.bashrc there; ssh commands do not read ~/.profile";
  if (missing.some((tool) => needed.has(tool)))
    return failed("slurm", `Slurm's commands are not found there: ${missing.join(", ")}`, path);
  const help = linesOf(sections, "flags").join("\n");
  const without = sbatchFlags.filter((flag) => !help.includes(flag));
  const text = `Slurm ${version ?? "of unknown version"}`;
  if (missing.length > 0)
    return warning(
      "slurm",
      `${text}, without ${missing.join(", ")}`,
      `${path}; ended Slurm jobs cannot be explained without sacct`,
    );
  return without.length === 0
    ? fine("slurm", text)
    : warning(
        "slurm",
        `${text}; its sbatch has no ${without.join(", ")}`,
        "Berth does without; ask for a newer Slurm",
      );
}

function runtimesVerdict(profile: Profile, sections: Sections): Check {
  const { runtimes, setupExitCode } = readRuntimes(linesOf(sections, "runtimes"));
  const { setup, runtime } = profile.slurm ?? {};
  if (setup !== undefined && setupExitCode !== 0) {
    const how = setupExitCode === null ? "ended the shell" : `failed (${setupExitCode})`;
    return failed(
      "runtimes",
      `the set-up line ${how} on the login node: ${said(sections, "runtimes") || setup}`,
      `try it there by hand, then \`berth profile update ${profile.name} --setup LINE\``,
    );
  }
  if (runtime !== undefined && !runtimes.includes(runtime))
    return warning(
      "runtimes",
      `${runtime}, the profile's runtime, is not found on the login node (there: ${runtimes.join(", ")})`,
      "it may be on the compute nodes only (`--deep` looks), or in a module: give --setup 'module load ...'",
    );
  const containers = runtimes.filter((each) => each !== "process");
  return containers.length > 0
    ? fine("runtimes", `containers by ${containers.join(", ")}; native processes`)
    : warning(
        "runtimes",
        "no Apptainer, Podman or Pyxis is found on the login node",
        "native engines work; for containers give --setup 'module load apptainer', or look at the compute nodes with --deep",
      );
}

function nodeVerdict(profile: Profile, sections: Sections): Check {
  const arch = told(sections, "system", "arch") ?? "unknown";
  const libc = told(sections, "system", "libc") ?? "";
  const { node } = profile.slurm ?? {};
  const update = `berth profile update ${profile.name} --node PATH`;
  if (node !== undefined) {
    const version = /^v(\d+)\.\d+/.exec(said(sections, "node"));
    if (version === null)
      return failed(
        "node",
        `${node} does not run there: ${said(sections, "node")}`,
        `\`${update}\` names another`,
      );
    return Number(version[1]) >= 24
      ? fine("node", `Node ${version[0].slice(1)} of the profile`)
      : failed(
          "node",
          `${node} is Node ${version[0].slice(1)}; the runner needs 24`,
          `\`${update}\` names another`,
        );
  }
  const glibc = /(?:glibc|GLIBC|libc\)?)\D*(\d+)\.(\d+)/i.exec(libc);
  const wanted = arch in oldestGlibc ? oldestGlibc[arch as keyof typeof oldestGlibc] : undefined;
  if (wanted === undefined)
    return failed(
      "node",
      `there is no Node runtime of ours for ${arch}`,
      `install Node 24 there and say so: \`${update}\``,
    );
  if (glibc === null)
    return warning(
      "node",
      `the C library there is not known (${libc || "no answer"})`,
      `if the runner does not start: \`${update}\` with a Node 24 that does`,
    );
  const [major, minor] = [Number(glibc[1]), Number(glibc[2])];
  return major > wanted[0] || (major === wanted[0] && minor >= wanted[1])
    ? fine("node", `Node's runtime fits: ${arch}, glibc ${major}.${minor}`)
    : failed(
        "node",
        `glibc ${major}.${minor} is older than the ${wanted.join(".")} that Node 24 needs`,
        `build Node 24 there, or take the site's module, and say so: \`${update}\``,
      );
}

function homeVerdict(profile: Profile, sections: Sections): Check {
  const repair = `\`berth profile repair ${profile.name}\``;
  const mode = told(sections, "home", "mode")?.split(" ")[0] ?? "";
  if (mode === "" && sections.get("home")?.exitCode !== 0)
    return failed(
      "home",
      `home ${profile.home}: ${said(sections, "home") || "is not there"}`,
      `${repair} makes it`,
    );
  if (!linesOf(sections, "home").includes("@written"))
    return failed(
      "home",
      `home ${profile.home} cannot be written: ${said(sections, "home")}`,
      "make room there, or name another: `berth profile update " + profile.name + " --home DIR`",
    );
  return /^[0-7]?[0-7]00$/.test(mode)
    ? fine("home", `home ${profile.home} can be written, by you alone`)
    : warning("home", `home ${profile.home} is open to others (mode ${mode})`, `${repair} closes it`);
}

const gibibyteKib = 1024 * 1024;

function spaceVerdict(profile: Profile, sections: Sections): Check {
  const [, totalKib, , freeKib] =
    /(\d+)\s+(\d+)\s+(\d+)\s+\d+%/.exec(linesOf(sections, "space").join(" "))?.map(Number) ?? [];
  const quota = quotaOf(linesOf(sections, "quota"));
  const id = "space";
  if (freeKib === undefined || totalKib === undefined)
    return warning(
      id,
      `the space at ${profile.home} is not known: ${said(sections, "space")}`,
      "look there with df",
    );
  const left = quota === undefined ? freeKib : Math.min(freeKib, Math.max(0, quota.limitKib - quota.usedKib));
  const gibibytes = (kib: number): string => `${(kib / gibibyteKib).toFixed(1)} GiB`;
  const text = `${gibibytes(left)} left for you at the home${quota === undefined ? "" : ` (quota ${gibibytes(quota.limitKib)}, ${gibibytes(quota.usedKib)} used)`}`;
  return left < 5 * gibibyteKib
    ? warning(id, text, "models need more: make room, or put the home on a larger file system (scratch)")
    : fine(id, text);
}

/** Of `quota -w` and `lfs quota -q`: a file system, KiB used, soft and hard limit. A limit of 0 is none. */
export function quotaOf(
  lines: readonly string[],
): { readonly usedKib: number; readonly limitKib: number } | undefined {
  for (const line of lines) {
    const match = /^\s*\S+\s+(\d+)\*?\s+(\d+)\s+(\d+)\b/.exec(line);
    if (match === null) continue;
    const [usedKib = 0, soft = 0, hard = 0] = match.slice(1).map(Number);
    const limitKib = soft > 0 ? soft : hard;
    if (limitKib > 0) return { usedKib, limitKib };
  }
  return undefined;
}

function cacheVerdict(profile: Profile, sections: Sections): Check {
  const models = told(sections, "cache", "models");
  const images = told(sections, "cache", "images");
  return models === undefined || images === undefined
    ? failed(
        "cache",
        `cache ${profile.cache} cannot be read: ${said(sections, "cache")}`,
        `Berth never makes it; have it made, or name another: \`berth profile update ${profile.name} --cache DIR\``,
      )
    : fine("cache", `cache ${profile.cache}: ${models} models, ${images} images`);
}

function internetVerdict(sections: Sections): Check {
  switch (told(sections, "internet", "internet") ?? "unknown") {
    case "yes":
      return fine("internet", "the login node reaches the model hub");
    case "no":
      return warning(
        "internet",
        `the login node does not reach the model hub: ${said(sections, "internet")}`,
        "set a proxy in ~/.bashrc there, or let `berth model add` bring models from this machine",
      );
    default:
      return warning(
        "internet",
        "whether the login node reaches the model hub is not known: no curl, no wget",
        "none is needed; models can come from this machine",
      );
  }
}

/** The answer was written somewhere between the asking and its arrival. */
function clockVerdict(sections: Sections, { sentMs, answeredMs }: Asked): Check {
  const seconds = Number(linesOf(sections, "time")[0]);
  if (!Number.isInteger(seconds) || seconds === 0)
    return warning("clock", "the cluster's clock is not known", "look there with date");
  const thereMs = seconds * 1000;
  const offMs =
    thereMs + 1000 < sentMs ? thereMs + 1000 - sentMs : thereMs > answeredMs ? thereMs - answeredMs : 0;
  const off = `${Math.round(Math.abs(offMs) / 1000)} s ${offMs < 0 ? "behind" : "ahead"}`;
  return Math.abs(offMs) > clockToleranceMs
    ? warning(
        "clock",
        `the cluster's clock is ${off} of this machine's`,
        "times of the cluster are shown by its clock; set the clock that is wrong",
      )
    : fine("clock", "the cluster's clock agrees with this machine's");
}
