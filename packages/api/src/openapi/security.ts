import { csrfHeader, sessionCookie } from "../resources/session.ts";
import type { OpenApiDocument, Operation } from "./document.ts";

/** How a caller shows who it is: a key, or the console's cookie, with the CSRF header on changes. */
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
    description: "The session's `csrfToken`; needed beside the cookie by everything that changes something",
  },
};

type Security = Operation["security"];

export const noSecurity: Security = [{}];

const browser = (changes: boolean): Security[number] => (changes ? { cookie: [], csrf: [] } : { cookie: [] });

/** A key or a session. */
export function callerSecurity(changes: boolean): Security {
  return [{ bearer: [] }, browser(changes)];
}

/** A session, or nothing yet: these routes are how one gets in and out. */
export function sessionSecurity(changes: boolean): Security {
  return [{}, browser(changes)];
}
