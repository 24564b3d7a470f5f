import type { IncomingMessage, ServerResponse } from "node:http";
import type { OriginPolicy } from "./origin-guard.ts";

/**
 * Lets pages of BERTH_ALLOWED_ORIGINS read answers, each by its own name and never by `*`. Cookies are not for them:
 * they send a key. Returns true when the request was a preflight, which is then answered.
 */
export function allowCrossOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  policy: OriginPolicy,
): boolean {
  const { origin } = request.headers;
  if (origin === undefined || !policy.origins.has(origin)) return false;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-expose-headers", "x-request-id, retry-after");
  response.setHeader("vary", "origin");
  if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === undefined)
    return false;
  response.writeHead(204, {
    "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
    // official clients send a dozen of their own
    "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "authorization",
    "access-control-max-age": "600",
  });
  response.end();
  return true;
}
