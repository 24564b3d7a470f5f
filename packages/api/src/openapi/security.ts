import { csrfHeader, sessionCookie } from "../resources/session.ts";
import type { OpenApiDocument, Operation } from "./document.ts";

/** How a caller shows who it is: a key, or the console's cookie, with the CSRF header. */
export const securitySchemes: OpenApiDocument["components"]["securitySchemes"] = {
  bearer: {
    type: "http",
    scheme: "bearer",
    description: "An API key: `Authorization: Bearer sk-berth-...`",
  },
  cookie: { type: "apiKey", in: "cookie", name: sessionCookie, description: "The console's session" },
  csrf: {
    type: "apiKey",
    in: "header",
    name: csrfHeader,
    description: "The session's `csrfToken`; the cookie opens nothing without it",
  },
};

type Security = Operation["security"];

export const noSecurity: Security = [{}];

/** Reads need the header too: browsers send the cookie to every port of a host. */
const browser: Security[number] = { cookie: [], csrf: [] };

/** A key or a session. */
export const callerSecurity: Security = [{ bearer: [] }, browser];

/** A session, or nothing yet: these routes are how one gets in and out. */
export const sessionSecurity: Security = [{}, browser];
