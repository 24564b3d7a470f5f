import { z } from "../schema.ts";

export const downloadStatusSchema = z.enum([
  "QUEUED",
  "RUNNING",
  "VERIFYING",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
]);
export type DownloadStatus = z.infer<typeof downloadStatusSchema>;

/**
 * How a model comes to a profile on another machine: fetched there, on the login node or in a Slurm job; or fetched here
 * and copied there.
 */
export const downloadMeansSchema = z.enum(["login-node", "slurm-job", "staged"]);
export type DownloadMeans = z.infer<typeof downloadMeansSchema>;

const hubSecretSchema = z.object({ owner: z.string(), name: z.string() });
/** A stored secret, by its names. */
export type HubSecret = z.infer<typeof hubSecretSchema>;

/** Bringing one model revision from the hub. It survives the server: after a restart it goes on where it was. */
export const downloadSchema = z.object({
  id: z.string(),
  repo: z.string(),
  revision: z.string(),
  /** The commit that `revision` named when the download began; `null` until the hub has answered. */
  commit: z.string().nullable(),
  profile: z.string(),
  variant: z.string().nullable(),
  files: z.array(z.string()),
  status: downloadStatusSchema,
  statusReason: z.string().nullable(),
  bytesDone: z.number().int(),
  bytesTotal: z.number().int().nullable(),
  bytesPerSecond: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  createdAt: z.number().int(),
  updatedAt: z.number().int(),
  modelId: z.string().nullable(),
  /** Absent for a profile of this machine. */
  means: downloadMeansSchema.optional(),
  /** The stored secret whose value the hub is asked with, in place of HF_TOKEN. */
  hubSecret: hubSecretSchema.optional(),
});
export type Download = z.infer<typeof downloadSchema>;

export const createDownloadSchema = z.strictObject({
  repo: z.string().regex(/^[A-Za-z0-9][\w.-]*(\/[\w.-]+)?$/, "give a hub repository, as owner/name"),
  revision: z.string().min(1).max(256).optional(),
  profile: z.string().optional(),
  /** A GGUF quantisation (`Q4_K_M`); the recommended one when absent. */
  variant: z.string().optional(),
  /** Globs over the repository's paths, instead of `variant`. */
  include: z.array(z.string()).optional(),
  exclude: z.array(z.string()).optional(),
  /** On a cluster: download in a Slurm job, not on the login node. */
  asJob: z.boolean().optional(),
  /** For a cluster: download here, then copy there. Done without being asked where the cluster does not reach the hub. */
  stage: z.boolean().optional(),
});
export type CreateDownload = z.infer<typeof createDownloadSchema>;

/** It goes on no more. */
export function hasDownloadEnded(status: DownloadStatus): boolean {
  switch (status) {
    case "QUEUED":
    case "RUNNING":
    case "VERIFYING":
      return false;
    case "COMPLETED":
    case "FAILED":
    case "CANCELLED":
      return true;
  }
}
