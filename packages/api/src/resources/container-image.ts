import { z } from "../schema.ts";

/**
 * A container image on a profile: a SIF file in its home or cache, or what Docker or Podman keep on this machine. (What a
 * model is for is its `image`, in the seeds' word; this is the other thing of that name, and always bears its first name.)
 */
export const containerImageSchema = z.object({
  id: z.string(),
  profile: z.string(),
  location: z.enum(["home", "cache", "docker", "podman"]),
  /** `vllm/vllm-openai`; of a SIF file of which nothing else is known, what its name says: `vllm-openai`. */
  name: z.string(),
  tag: z.string().nullable(),
  /** What was pulled, as the registry names it (`sha256:...`): what it is pinned to. */
  digest: z.string().nullable(),
  /** SHA-256 of the SIF file, in hex, where we made it. */
  fileSha256: z.string().nullable(),
  /** The SIF file; null for Docker and Podman. */
  path: z.string().nullable(),
  /** Where it came from, as it was asked for. */
  source: z.string().nullable(),
  sizeBytes: z.number().int(),
  createdAt: z.number().int(),
});
export type ContainerImage = z.infer<typeof containerImageSchema>;

/** Making a SIF file of an image. One that had not ended goes on after the server's next start; in a Slurm job it never paused. */
export const imagePullSchema = z.object({
  /** The same for the same source on the same profile. */
  id: z.string(),
  profile: z.string(),
  source: z.string(),
  status: z.enum(["RUNNING", "COMPLETED", "FAILED", "CANCELLED"]),
  statusReason: z.string().nullable(),
  /** The last lines of what the program says. */
  logTail: z.array(z.string()),
  image: containerImageSchema.nullable(),
  createdAt: z.number().int(),
  updatedAt: z.number().int(),
});
export type ImagePull = z.infer<typeof imagePullSchema>;

export const createImagePullSchema = z.strictObject({
  /**
   * `vllm/vllm-openai:v0.20.0`, with `@sha256:...` for exactly that one; or, on the profile's place, `oci-archive:PATH`,
   * `docker-archive:PATH`, a definition file or a folder.
   */
  source: z
    .string()
    .max(1024)
    .regex(
      /^[A-Za-z0-9/~][A-Za-z0-9_./:@~+-]*$/,
      "source: give an image reference, oci-archive:PATH, docker-archive:PATH or a path",
    ),
  /** `name:tag`, for a source that has none. */
  name: z
    .string()
    .max(256)
    .regex(/^[a-z0-9][a-z0-9._/-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/, "name: give NAME:TAG in small letters")
    .optional(),
  profile: z.string().optional(),
  /** On a cluster: on the login node, not in a Slurm job. */
  loginNode: z.boolean().optional(),
});
export type CreateImagePull = z.infer<typeof createImagePullSchema>;
