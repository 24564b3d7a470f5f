import type { IncomingMessage, ServerResponse } from "node:http";
import { BerthError, sessionCookie } from "@berth/api";
import { readBody, sendJson } from "./reply.ts";
import type { MockState } from "./state.ts";

export const csrfToken = "mock-csrf-token";

/** Logs in and out, with the same cookie and token as the server. */
export async function answerSession(
  request: IncomingMessage,
  response: ServerResponse,
  state: MockState,
  loggedIn: boolean,
): Promise<void> {
  switch (request.method ?? "GET") {
    case "POST": {
      const { code } = JSON.parse(await readBody(request)) as { code?: string };
      if (code !== state.code)
        throw new BerthError(
          "invalid_api_key",
          "this code is wrong or has been used; run `berth open` for a new one",
          {
            param: "code",
          },
        );
      response.setHeader("set-cookie", `${sessionCookie}=mock; HttpOnly; SameSite=Strict; Path=/`);
      return sendJson(response, 201, { authenticated: true, csrfToken, expiresAt: null, open: false });
    }
    case "DELETE":
      response.setHeader("set-cookie", `${sessionCookie}=; Max-Age=0; Path=/`);
      state.open = false;
      return void response.writeHead(204).end();
    default:
      return sendJson(response, 200, {
        authenticated: loggedIn,
        csrfToken: null,
        expiresAt: null,
        open: false,
      });
  }
}
