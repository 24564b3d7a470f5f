import type { RunnerSpec } from "@berth/api";

/**
 * The runner's spec as it is on a cluster: reached from other machines by its node's name, under TLS, and with the
 * engine's socket on the node's own disk, since a network file system may hold none.
 */
export function clusterSpec(spec: RunnerSpec): RunnerSpec {
  return { ...spec, bindHost: "0.0.0.0", reachedBy: "machine", tls: true, localSocket: true };
}
