import type { Cluster, Profile } from "@berth/api";
import { internetCommand } from "./look-script.ts";
import { runtimesCommand } from "./read-runtimes.ts";
import { shellPath } from "./remote-path.ts";

/** Listens on a free port, tells it, and greets whoever comes first. */
const python = `import socket
s = socket.socket()
s.bind(("", 0))
s.listen(1)
s.settimeout(25)
print("@port", s.getsockname()[1], flush=True)
try:
    c = s.accept()[0]
    c.sendall(b"berth")
    c.close()
except OSError:
    pass`;
const node = `const s = require("net").createServer((c) => { c.end("berth"); s.close(); });
s.listen(0, "0.0.0.0", () => console.log("@port " + s.address().port));
setTimeout(() => process.exit(), 25000).unref();`;

export const greeting = "berth";

/** The Slurm job that looks around on a compute node: it prints what it finds, and ends within half a minute. */
export function deepScript(profile: Profile, hubUrl: string): string {
  const { setup, node: nodePath } = profile.slurm ?? {};
  return `#!/bin/sh
printf '@node %s\\n' "\${SLURMD_NODENAME:-$(uname -n)}"
printf '@libc %s\\n' "$(getconf GNU_LIBC_VERSION 2>/dev/null || ldd --version 2>&1 | head -n 1)"
nvidia-smi -L 2>/dev/null | sed 's/^/@gpu /'
${runtimesCommand(setup)}
${internetCommand(hubUrl)}
if command -v python3 >/dev/null 2>&1; then python3 - <<'PYTHON'
${python}
PYTHON
else for node in ${nodePath === undefined ? "" : `${shellPath(nodePath)} `}node; do
  if command -v "$node" >/dev/null 2>&1; then "$node" - <<'NODE'
${node}
NODE
  break; fi
done; fi
echo '@done'
`;
}

/**
 * Where the job goes: what the profile names, else the default partition, or, while nobody is free there, one where
 * somebody is. `undefined` leaves the choice to Slurm.
 */
export function deepPartition(profile: Profile, cluster: Cluster | undefined): string | undefined {
  const named = profile.slurm?.partition;
  if (named !== undefined || cluster === undefined) return named;
  const open = cluster.partitions.filter(({ state }) => state === "up");
  const isFree = ({ nodes }: Cluster["partitions"][number]): boolean => nodes.idle > 0;
  const standard = open.find(({ isDefault }) => isDefault);
  if (standard !== undefined && isFree(standard)) return standard.name;
  return (open.find(isFree) ?? standard)?.name;
}
