import type { SlurmFacts } from "./profile.ts";

/** What a profile says of a cluster, in the order it is told and written. */
export const clusterFields = [
  "host",
  "user",
  "sshConfig",
  "partition",
  "account",
  "qos",
  "time",
  "constraint",
  "runtime",
  "setup",
  "node",
] as const satisfies readonly (keyof SlurmFacts)[];
