import type { IncomingMessage, ServerResponse } from "node:http";
import { sessionCookie, type Session } from "@berth/api";
import { authenticateAdmin, findSession, sentSession, type Door, type SessionCheck } from "./authenticate.ts";
import { replyJson } from "./reply.ts";

/** Console sessions, as the use case offers them. */
export interface SessionCases extends SessionCheck {
  mintCode(): { readonly code: string; readonly expiresAt: number };
  /** Throws `invalid_api_key` for a wrong or used code, `rate_limited` after too many. */
  enter(
    code: string,
  ): Promise<{ readonly sessionId: string; readonly csrfToken: string; readonly expiresAt: number }>;
  leave(sessionId: string): Promise<void>;
}

type SessionRoute = (body: unknown, request: IncomingMessage, response: ServerResponse) => Promise<void>;
export type SessionRoutes = Readonly<
  Record<"createSession" | "getSession" | "deleteSession" | "createSessionCode", SessionRoute>
>;

/** The server ends sessions, and puts their end off as they are used; the browser need only keep the cookie long enough. */
const longestCookieMs = 90 * 24 * 3_600_000;

/** The routes by which a browser comes in and leaves. They alone set the cookie. */
export function sessionRoutes(sessions: SessionCases, door: Door, consoleUrl: () => string): SessionRoutes {
  return {
    createSessionCode: async (_, request, response) => {
      await authenticateAdmin(request, door);
      const { code, expiresAt } = sessions.mintCode();
      replyJson(response, 201, { code, url: loginUrl(consoleUrl(), code), expiresAt });
    },
    createSession: async (body, request, response) => {
      const { sessionId, csrfToken, expiresAt } = await sessions.enter((body as { code: string }).code);
      const session: Session = { authenticated: true, csrfToken, expiresAt, open: door.open };
      replyJson(response, 201, session, {
        "set-cookie": cookie(sessionId, request, Date.now() + longestCookieMs),
      });
    },
    getSession: async (_, request, response) => {
      const found = await findSession(request, sessions);
      const session: Session = {
        authenticated: found !== undefined || door.open,
        csrfToken: null,
        expiresAt: found?.expiresAt ?? null,
        open: door.open,
      };
      replyJson(response, 200, session);
    },
    deleteSession: async (_, request, response) => {
      const id = sentSession(request);
      if (id !== undefined) await sessions.leave(id);
      response.writeHead(204, { "set-cookie": cookie("", request, 0) }).end();
    },
  };
}

/** The code stands behind `#`, which browsers never send: it reaches no log. */
export function loginUrl(consoleUrl: string, code: string): string {
  return `${consoleUrl}/login#${code}`;
}

function cookie(value: string, request: IncomingMessage, expiresAt: number): string {
  const isTls = request.headers["x-forwarded-proto"] === "https";
  return [
    `${sessionCookie}=${value}`,
    "Path=/",
    "HttpOnly",
    "SameSite=Strict",
    `Expires=${new Date(expiresAt).toUTCString()}`,
    ...(isTls ? ["Secure"] : []),
  ].join("; ");
}
