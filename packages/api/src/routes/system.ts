import type { Route } from "../route.ts";
import { z } from "../schema.ts";
import { checkSchema, settingSchema, systemSchema } from "../resources/system.ts";
import { list } from "./shapes.ts";

export const systemRoutes = {
  getSystem: {
    method: "GET",
    path: "/api/v1/system",
    tag: "system",
    summary: "The server, its home and its machine",
    access: "admin",
    reply: "json",
    response: systemSchema,
    status: 200,
    errors: [],
  },
  listSettings: {
    method: "GET",
    path: "/api/v1/config",
    tag: "system",
    summary: "Each setting, its value and where it came from",
    access: "admin",
    reply: "json",
    response: list(settingSchema),
    status: 200,
    errors: [],
  },
  listChecks: {
    method: "GET",
    path: "/api/v1/checks",
    tag: "system",
    summary: "What doctor finds",
    access: "admin",
    query: z.object({ profile: z.string().optional() }),
    reply: "json",
    response: list(checkSchema),
    status: 200,
    errors: [],
  },
  checkDatabase: {
    method: "POST",
    path: "/api/v1/database/check",
    tag: "system",
    summary: "Check the database's integrity",
    access: "admin",
    reply: "json",
    response: list(checkSchema),
    status: 200,
    errors: [],
  },
  backupDatabase: {
    method: "POST",
    path: "/api/v1/database/backup",
    tag: "system",
    summary: "Write a consistent copy of the database",
    access: "admin",
    body: z.strictObject({ path: z.string().optional() }),
    reply: "json",
    response: z.object({
      path: z.string(),
      sizeBytes: z.number().int(),
      /** The file with the key of stored credentials, which is not in the copy. */
      leftOut: z.string().nullable(),
    }),
    status: 201,
    errors: ["already_exists", "insufficient_disk", "read_only"],
  },
} as const satisfies Record<string, Route>;
