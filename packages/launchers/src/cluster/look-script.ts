import type { Profile } from "@berth/api";
import { shellQuote } from "@berth/std/shell-quote";
import { runtimesCommand } from "./read-runtimes.ts";
import { shellPath } from "./remote-path.ts";
import { type SectionCommand, sectionScript } from "./sections.ts";

/** What Berth calls, and the options of sbatch it would like to have. */
export const slurmTools = ["sbatch", "squeue", "scancel", "scontrol", "sinfo", "sacct", "sacctmgr", "srun"];
export const sbatchFlags = ["--parsable", "--signal", "--comment", "--gpus-per-node"];

const internetSeconds = 5;

/** Prints `@internet yes` or `no`: whether an HTTPS server is reached from where it runs, through a proxy if one is set. */
export function internetCommand(url: string): string {
  const target = shellQuote(url);
  return `if command -v curl >/dev/null 2>&1; then curl -sS -o /dev/null -m ${internetSeconds} ${target} && echo '@internet yes' || echo '@internet no'
elif command -v wget >/dev/null 2>&1; then wget -q -O /dev/null -T ${internetSeconds} -t 1 ${target} && echo '@internet yes' || echo '@internet no'
else echo '@internet unknown'; fi`;
}

export interface LookOptions {
  readonly profile: Profile;
  /** Where models come from. */
  readonly hubUrl: string;
}

/** One script that looks at everything on the login node; nothing in it asks the scheduler, and nothing stays behind. */
export function lookScript({ profile, hubUrl }: LookOptions): string {
  const home = shellPath(profile.home);
  const cache = shellPath(profile.cache);
  const node = profile.slurm?.node;
  const sections: SectionCommand[] = [
    { name: "time", command: "date +%s" },
    {
      name: "system",
      command:
        "printf '@arch %s\\n' \"$(uname -m)\"; printf '@libc %s\\n' \"$(getconf GNU_LIBC_VERSION 2>/dev/null || ldd --version 2>&1 | head -n 1)\"; printf '@host %s\\n' \"$(uname -n)\"",
    },
    {
      name: "tools",
      command: `for tool in ${slurmTools.join(" ")}; do command -v "$tool" >/dev/null 2>&1 && printf '@has %s\\n' "$tool"; done; sinfo --version`,
    },
    { name: "flags", command: "sbatch --help" },
    { name: "runtimes", command: runtimesCommand(profile.slurm?.setup) },
    {
      name: "home",
      command: `cd ${home} || exit 1
printf '@mode %s\\n' "$(stat -c '%a %U' . 2>/dev/null)"
{ head -c 65536 /dev/zero > .berth-trial-$$; } && printf '@written\\n'
rm -f .berth-trial-$$`,
    },
    { name: "space", command: `df -Pk ${home} | tail -n 1` },
    {
      name: "quota",
      command: `if command -v lfs >/dev/null 2>&1 && lfs quota -q -u "$(id -un)" ${home} 2>/dev/null; then :; elif command -v quota >/dev/null 2>&1; then quota -w 2>/dev/null; fi`,
    },
    {
      name: "cache",
      command: `cd ${cache} || exit 1
[ -r . ] || { echo 'it cannot be read'; exit 1; }
printf '@models %s\\n' "$(find . -maxdepth 3 -type d -name 'models--*' 2>/dev/null | wc -l)"
printf '@images %s\\n' "$(find . -maxdepth 3 -type f -name '*.sif' 2>/dev/null | wc -l)"`,
    },
    {
      name: "sshd",
      command:
        "cat /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf 2>/dev/null | grep -iE '^[[:space:]]*(AllowTcpForwarding|PermitOpen|AllowStreamLocalForwarding|DisableForwarding|GatewayPorts|MaxSessions)[[:space:]]' || true",
    },
    ...(node === undefined ? [] : [{ name: "node", command: `${shellPath(node)} --version` }]),
    { name: "internet", command: internetCommand(hubUrl) },
  ];
  return sectionScript(sections);
}
