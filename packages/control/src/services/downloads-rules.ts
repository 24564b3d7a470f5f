import { BerthError, type CreateDownload, type Download, type Profile } from "@berth/api";

/** Throws `unprocessable` when a place of this machine is asked for what only a cluster can do. */
export function requireCluster({ asJob, stage }: CreateDownload, profile: Profile): void {
  if (profile.slurm !== null) return;
  const asked = asJob === true ? "asJob" : stage === true ? "stage" : undefined;
  if (asked === undefined) return;
  throw new BerthError(
    "unprocessable",
    `${asked}: profile ${profile.name} is on this machine; leave it out`,
    {
      param: asked,
    },
  );
}

/** What a download that does not run has. */
export const idle = { statusReason: null, bytesPerSecond: null, etaSeconds: null } as const;

export const conflict = (row: Download, what: string): BerthError =>
  new BerthError("conflict", `download ${row.id} is ${row.status} and ${what}`, {
    param: "id",
    details: { status: row.status },
  });
