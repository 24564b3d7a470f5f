import type { Route } from "../route.ts";
import { createKeySchema, createdKeySchema, keySchema, updateKeySchema } from "../resources/key.ts";
import { idParams, list } from "./shapes.ts";

export const keyRoutes = {
  listKeys: {
    method: "GET",
    path: "/api/v1/keys",
    tag: "keys",
    summary: "List API keys",
    access: "admin",
    reply: "json",
    response: list(keySchema),
    status: 200,
    errors: [],
  },
  createKey: {
    method: "POST",
    path: "/api/v1/keys",
    tag: "keys",
    summary: "Make an API key; the reply is the only place it is shown",
    access: "admin",
    body: createKeySchema,
    reply: "json",
    response: createdKeySchema,
    status: 201,
    errors: ["already_exists"],
  },
  updateKey: {
    method: "PATCH",
    path: "/api/v1/keys/{id}",
    tag: "keys",
    summary: "Change what a key may do and use; what is left out stays",
    access: "admin",
    params: idParams,
    body: updateKeySchema,
    reply: "json",
    response: keySchema,
    status: 200,
    errors: ["already_exists", "conflict"],
  },
  deleteKey: {
    method: "DELETE",
    path: "/api/v1/keys/{id}",
    tag: "keys",
    summary: "Revoke an API key",
    access: "admin",
    params: idParams,
    reply: "empty",
    status: 204,
    errors: ["conflict"],
  },
} as const satisfies Record<string, Route>;
