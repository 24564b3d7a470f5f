import { z } from "../schema.ts";

/** Shapes that many routes share. */

export const list = <S extends z.ZodType>(item: S) => z.object({ data: z.array(item) });
export const idParams = z.object({ id: z.string().min(1).max(512) });
export const nameParams = z.object({ name: z.string().min(1).max(64) });
export const flag = z.enum(["true", "false"]).optional();
export const count = (max: number) => z.coerce.number().int().min(0).max(max).optional();

/** When a cluster is asked. */
export const placeErrors = [
  "host_unreachable",
  "login_required",
  "host_key_refused",
  "upstream_failed",
] as const;
