const filters = {
  SQUEUE:
    "ACCOUNT ALL ARRAY FORMAT FORMAT2 LICENSES NAMES NODES PARTITION PRIORITY QOS SORT START STATES USERS",
  SCANCEL: "ACCOUNT CTLD HURRY INTERACTIVE NAME PARTITION QOS STATE USER VERBOSE WCKEY",
  SINFO: "ALL FORMAT PARTITION SORT",
  SACCT: "FORMAT",
  SBATCH: "ARRAY_INX WAIT TEST_ONLY",
} as const;

/**
 * Names of the environment that people set for Slurm's commands, and that would hide jobs from us or change what is
 * submitted. Defaults of a site, as an account, are not among them. Source: the manual pages of Slurm 24.11.
 */
export const slurmHabits: readonly string[] = Object.entries(filters).flatMap(([command, names]) =>
  names.split(" ").map((name) => `${command}_${name}`),
);
