import { z } from "../schema.ts";

/** How one of a route's targets is chosen. */
export const routeStrategySchema = z.enum([
  /** Whoever has the fewest requests under way, of the first group that can answer. */
  "least-outstanding",
  /** By chance, in proportion to the weights. */
  "weighted",
  /** The first that can answer and is not full; the next ones take what is too much. */
  "priority",
  /** Whoever is cheapest for this request. */
  "lowest-cost",
  /** The same beginning of a chat goes to the same target, as long as that has no more than its share. */
  "prefix-affine",
]);
export type RouteStrategy = z.infer<typeof routeStrategySchema>;

/** What a caller may say in `model`: also an alias with slashes and colons. */
const routeName = z
  .string()
  .min(1)
  .max(256)
  // oxlint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u0020\u007f]+$/, "the name holds a space or a control character");

export const routeTargetSchema = z.strictObject({
  /** A service, a model, or `PROVIDER/MODEL`. */
  model: routeName,
  /** weighted: its part. Absent: 1. */
  weight: z.number().positive().max(1_000_000).optional(),
  /** Groups are tried in order, 0 first: the later ones are the fallbacks. Absent: 0; with `priority`, its place. */
  group: z.number().int().min(0).max(99).optional(),
});
export type RouteTarget = z.infer<typeof routeTargetSchema>;

const routeShape = {
  /** `exact`: the name itself; `regex`: every name it matches whole, after all exact ones; `default`: every other name, and none. */
  match: z.enum(["exact", "regex", "default"]).optional(),
  strategy: routeStrategySchema.optional(),
  targets: z.array(routeTargetSchema).min(1).max(64),
  /** Further tries after the first, before the first byte only. */
  retries: z.number().int().min(0).max(10).optional(),
  /** Without a first token for so long, the next target is asked. */
  firstTokenSeconds: z.number().positive().max(86_400).optional(),
  /** Equal requests are answered from memory for so long; only those that say `temperature: 0` or a seed, or all. */
  cache: z
    .strictObject({
      ttlSeconds: z
        .number()
        .int()
        .positive()
        .max(31 * 86_400),
      which: z.enum(["deterministic", "all"]).default("deterministic"),
    })
    .optional(),
  /** Whether requests and answers are kept for the request log. */
  logBodies: z.boolean().optional(),
};

export const createModelRouteSchema = z.strictObject({
  // where all of them are read from the API
  name: routeName.refine((name) => name !== "export", "the name is taken by `/api/v1/routes/export`"),
  ...routeShape,
});
export type CreateModelRoute = z.infer<typeof createModelRouteSchema>;

/** What is left out stays; `null` takes away. */
export const updateModelRouteSchema = z.strictObject({
  match: routeShape.match,
  strategy: routeShape.strategy,
  targets: routeShape.targets.optional(),
  retries: routeShape.retries,
  firstTokenSeconds: z.number().positive().max(86_400).nullish(),
  cache: routeShape.cache.unwrap().nullish(),
  logBodies: routeShape.logBodies,
});
export type UpdateModelRoute = z.infer<typeof updateModelRouteSchema>;

export const modelRouteSchema = z.object({
  name: z.string(),
  match: z.enum(["exact", "regex", "default"]),
  strategy: routeStrategySchema,
  /** `status`: whether it can answer now; `missing`: nothing has this name. */
  targets: z.array(
    z.object({
      model: z.string(),
      weight: z.number(),
      group: z.number().int(),
      status: z.enum(["ready", "starting", "unavailable", "missing"]),
      reason: z.string().nullable(),
    }),
  ),
  retries: z.number().int(),
  firstTokenSeconds: z.number().nullable(),
  cache: z.object({ ttlSeconds: z.number().int(), which: z.enum(["deterministic", "all"]) }).nullable(),
  logBodies: z.boolean(),
  createdAt: z.number().int(),
  updatedAt: z.number().int(),
});
export type ModelRoute = z.infer<typeof modelRouteSchema>;

/** The names of the routes that an import added, changed and removed. */
export const routeImportSchema = z.object({
  added: z.array(z.string()),
  changed: z.array(z.string()),
  removed: z.array(z.string()),
});
export type RouteImport = z.infer<typeof routeImportSchema>;
