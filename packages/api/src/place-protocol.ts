import { containerImageSchema } from "./resources/container-image.ts";
import { modelSchema } from "./resources/model.ts";
import { z } from "./schema.ts";

/**
 * What passes between the control plane and `runner models ...` or `runner images ...` on a place: one line of JSON, the
 * order, on its standard input; lines of JSON on its standard output, the first of them the greeting. Whatever login files
 * print before it is no part of it. The last line says `done`, or what went wrong. A runner of another version is
 * never asked: each server brings its own.
 */

export const placeGreeting = '{"berth":"place","version":1}';

const directories = { home: z.string(), cache: z.string() };

/** Which profile the models are told to lie on, and where its directories are. */
const placed = { profile: z.string(), ...directories };

const repoFileSchema = z.object({
  path: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  /** Its name among the blobs: SHA-256 of a big file, git's SHA-1 of a small one. */
  etag: z.string(),
  digest: z.enum(["sha256", "git-sha1"]),
});

/** One commit, and the files of it that are wanted. */
const commitFiles = {
  repo: z.string(),
  revision: z.string(),
  commit: z.string(),
  files: z.array(z.string()),
};

/**
 * How the hub is spoken to from there. The token stands in no argument and no environment; an order that a Slurm job takes
 * waits for it in a 0600 file until the job begins.
 */
const hub = {
  endpoint: z.string(),
  token: z.object({ value: z.string(), name: z.string() }).nullable(),
  attempts: z.number().int().min(1),
};

/** Each command's order. */
export const placeOrders = {
  /** `known` is the digest of the listing that the asker has; then only what differs is told. */
  "models list": z.object({
    ...placed,
    known: z.string().nullable(),
    /** Directories and files there that people registered. */
    registered: z.array(z.object({ path: z.string(), name: z.string() })),
  }),
  "models inspect": z.object({ ...placed, path: z.string(), name: z.string().nullable() }),
  "models remove": z.object({ ...placed, model: modelSchema }),
  "models plan": z.object({
    ...directories,
    ...hub,
    request: z.object({
      repo: z.string(),
      revision: z.string().optional(),
      variant: z.string().optional(),
      include: z.array(z.string()).optional(),
      exclude: z.array(z.string()).optional(),
    }),
  }),
  "models download": z.object({ ...directories, ...hub, ...commitFiles }),
  /** Whether so many bytes more would fit. */
  "models room": z.object({ ...directories, repo: z.string(), bytes: z.number().int().nonnegative() }),
  /** Files whose bytes follow the order on standard input, once the command has said what it wants. */
  "models receive": z.object({ ...directories, ...commitFiles, files: z.array(repoFileSchema) }),
  "images list": z.object(placed),
  "images remove": z.object({ ...placed, image: containerImageSchema }),
  "images pull": z.object({ ...placed, source: z.string(), name: z.string().nullable() }),
} as const;
export type PlaceCommand = keyof typeof placeOrders;
export type PlaceOrder<C extends PlaceCommand> = z.infer<(typeof placeOrders)[C]>;

/** A line of an answer. */
export const placeLineSchema = z.discriminatedUnion("type", [
  /** All models: JSON of the list, gzipped, in base64; `null` when it is what the asker knows. */
  z.object({ type: z.literal("listing"), digest: z.string(), models: z.string().nullable() }),
  z.object({ type: z.literal("model"), model: modelSchema }),
  z.object({
    type: z.literal("plan"),
    commit: z.string(),
    revision: z.string(),
    files: z.array(z.string()),
    bytesDone: z.number().int(),
    bytesTotal: z.number().int(),
  }),
  z.object({
    type: z.literal("progress"),
    bytesDone: z.number().int(),
    bytesTotal: z.number().int(),
    phase: z.enum(["downloading", "verifying"]),
  }),
  /** The bytes that are to come, file after file, each from its offset to its end. */
  z.object({
    type: z.literal("wants"),
    files: z.array(z.object({ etag: z.string(), offset: z.number().int().nonnegative() })),
  }),
  z.object({ type: z.literal("images"), images: z.array(containerImageSchema) }),
  z.object({ type: z.literal("image"), image: containerImageSchema }),
  /** What a program that works there says. */
  z.object({ type: z.literal("log"), line: z.string() }),
  z.object({ type: z.literal("done") }),
  z.object({
    type: z.literal("error"),
    code: z.string(),
    message: z.string(),
    param: z.string().nullable(),
    details: z.record(z.string(), z.unknown()).nullable(),
  }),
]);
export type PlaceLine = z.infer<typeof placeLineSchema>;
