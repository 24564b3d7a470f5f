import type { IncomingMessage } from "node:http";
import { HandlerError } from "../handler-error.ts";
import { sendError } from "./answer.ts";
import type { Serve } from "./serve-handler.ts";

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * At a port every web page that is open in a browser here could call a handler, and by a name of its own that leads here
 * (DNS rebinding) read what it answers. Only programs and this port's own pages may. A socket needs none of this.
 */
export function refuseForeign(serve: Serve): Serve {
  return (request, response) => {
    const reason = whyForeign(request);
    if (reason === undefined) return serve(request, response);
    response.setHeader("connection", "close");
    sendError(response, new HandlerError("forbidden", reason, { status: 403 }));
  };
}

function whyForeign({ headers }: IncomingMessage): string | undefined {
  const { host = "", origin } = headers;
  if (!loopback.test(host)) return `this server is not called ${JSON.stringify(host)}: call it as localhost`;
  if (origin === undefined)
    return headers["sec-fetch-site"] === "cross-site" ? "another site's page may not load this" : undefined;
  return origin.toLowerCase() === `http://${host.toLowerCase()}`
    ? undefined
    : `pages of ${origin} may not call this server`;
}
