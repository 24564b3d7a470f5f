import type { Route } from "../route.ts";
import { z } from "../schema.ts";
import { answerLoginSchema, loginSchema } from "../resources/login.ts";
import { nameParams } from "./shapes.ts";

export const loginRoutes = {
  startLogin: {
    method: "POST",
    path: "/api/v1/profiles/{name}/login",
    tag: "profiles",
    summary: "Log in to a profile's cluster, or find the attempt that is under way",
    access: "admin",
    params: nameParams,
    reply: "json",
    response: loginSchema,
    status: 200,
    errors: ["unsupported"],
  },
  getLogin: {
    method: "GET",
    path: "/api/v1/profiles/{name}/login",
    tag: "profiles",
    summary: "How the latest attempt stands",
    access: "admin",
    params: nameParams,
    query: z.strictObject({
      /** Answered when its version is above this one, or after half a minute. */
      after: z.coerce.number().int().min(0).optional(),
    }),
    reply: "json",
    response: loginSchema,
    status: 200,
    errors: [],
  },
  answerLogin: {
    method: "POST",
    path: "/api/v1/profiles/{name}/login/answers",
    tag: "profiles",
    summary: "Answer what the host asks",
    access: "admin",
    params: nameParams,
    body: answerLoginSchema,
    reply: "json",
    response: loginSchema,
    status: 200,
    errors: ["conflict"],
  },
  cancelLogin: {
    method: "DELETE",
    path: "/api/v1/profiles/{name}/login",
    tag: "profiles",
    summary: "Give the attempt up",
    access: "admin",
    params: nameParams,
    reply: "json",
    response: loginSchema,
    status: 200,
    errors: [],
  },
} as const satisfies Record<string, Route>;
