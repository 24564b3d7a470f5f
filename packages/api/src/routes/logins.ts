import type { Route } from "../route.ts";
import { z } from "../schema.ts";
import { loginSchema } from "../resources/login.ts";
import { nameParams } from "./shapes.ts";

export const loginRoutes = {
  startLogin: {
    method: "POST",
    path: "/api/v1/profiles/{name}/login",
    tag: "profiles",
    summary: "Log in to the profile's cluster",
    access: "admin",
    params: nameParams,
    reply: "json",
    response: loginSchema,
    status: 202,
    errors: ["unprocessable"],
  },
  getLogin: {
    method: "GET",
    path: "/api/v1/profiles/{name}/login",
    tag: "profiles",
    summary: "How the log-in stands",
    access: "admin",
    params: nameParams,
    reply: "json",
    response: loginSchema,
    status: 200,
    errors: [],
  },
  answerLogin: {
    method: "POST",
    path: "/api/v1/profiles/{name}/login/answers",
    tag: "profiles",
    summary: "Answer what ssh asks",
    access: "admin",
    params: nameParams,
    body: z.strictObject({ id: z.string(), answer: z.string().max(4096) }),
    reply: "json",
    response: loginSchema,
    status: 200,
    errors: ["conflict"],
  },
  cancelLogin: {
    method: "DELETE",
    path: "/api/v1/profiles/{name}/login",
    tag: "profiles",
    summary: "Give the log-in up",
    access: "admin",
    params: nameParams,
    reply: "empty",
    status: 204,
    errors: [],
  },
} as const satisfies Record<string, Route>;
