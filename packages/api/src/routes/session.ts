import type { Route } from "../route.ts";
import { createSessionSchema, sessionCodeSchema, sessionSchema } from "../resources/session.ts";

export const sessionRoutes = {
  createSessionCode: {
    method: "POST",
    path: "/api/v1/session/codes",
    tag: "session",
    summary: "Mint a one-time code that opens the console",
    access: "admin",
    reply: "json",
    response: sessionCodeSchema,
    status: 201,
    errors: [],
  },
  createSession: {
    method: "POST",
    path: "/api/v1/session",
    tag: "session",
    summary: "Enter the console with a one-time code",
    access: "session",
    body: createSessionSchema,
    reply: "json",
    response: sessionSchema,
    status: 201,
    errors: ["invalid_api_key", "rate_limited"],
  },
  getSession: {
    method: "GET",
    path: "/api/v1/session",
    tag: "session",
    summary: "Whether this browser is logged in",
    access: "session",
    reply: "json",
    response: sessionSchema,
    status: 200,
    errors: [],
  },
  deleteSession: {
    method: "DELETE",
    path: "/api/v1/session",
    tag: "session",
    summary: "Log out",
    access: "session",
    reply: "empty",
    status: 204,
    errors: [],
  },
} as const satisfies Record<string, Route>;
