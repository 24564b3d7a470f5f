import type { IncomingMessage, ServerResponse } from "node:http";
import { BerthError } from "@berth/api";
import { openApiDocument, type OpenApiDocument } from "@berth/api/openapi";
import { isForModels, type Gateway } from "@berth/gateway";
import { isAsync } from "../jobs/accept-async.ts";
import type { OpenQueue } from "../jobs/open-queue.ts";
import { authenticate, authenticateAdmin, authenticateInference } from "./authenticate.ts";
import type { Console } from "./console.ts";
import { docsPage } from "./docs-page.ts";
import { serveManagement, type ManagementOptions } from "./management.ts";
import { pathOf } from "./path-of.ts";
import { originOf, refuseForeign, type OriginPolicy } from "./origin-guard.ts";
import { replyError, replyJson } from "./reply.ts";
import { allowCrossOrigin } from "./cross-origin.ts";

export interface FrontOptions extends ManagementOptions {
  readonly gateway: Gateway;
  readonly queue: Pick<OpenQueue, "accept" | "pass">;
  readonly policy: OriginPolicy;
  readonly console: Console | undefined;
  readonly metrics: { text(): Promise<string>; readonly contentType: string };
  readonly version: string;
  readonly newId: () => string;
}

/** What stands behind every port: looks at who asks from where, then hands on by path. Never throws. */
export function createFront(
  options: FrontOptions,
): (request: IncomingMessage, response: ServerResponse, servicePort?: number) => void {
  // Made when first asked for: both take longer than the rest of a start.
  let openApi: OpenApiDocument | undefined;
  let docs: string | undefined;
  return (request, response, servicePort) => {
    const refusal = refuseForeign(originOf(request), options.policy);
    // A page of another site may lead here by a link; it may not call the APIs.
    const isPage =
      request.method === "GET" &&
      request.headers["sec-fetch-mode"] === "navigate" &&
      refusal?.code === "forbidden_origin";
    const path = pathOf(request);
    const isInference = servicePort !== undefined || isForModels(request.method ?? "GET", path);
    const isApi = isInference || path.startsWith("/v1") || path.startsWith("/api/");
    if (refusal !== undefined && !(isPage && !isApi)) return replyError(response, refusal);
    if (request.headers.origin !== undefined && allowCrossOrigin(request, response, options.policy)) return;
    if (isInference && servicePort === undefined && isAsync(request)) {
      void serveAsync(request, response, options);
      return;
    }
    if (isInference) {
      void serveInference(request, response, servicePort, options);
      return;
    }
    const requestId = requestIdOf(request, options.newId);
    response.setHeader("x-request-id", requestId);
    if (path.startsWith("/api/v1/")) {
      void serveManagement(
        request,
        response,
        path,
        new URLSearchParams((request.url ?? "/").slice(path.length + 1)),
        requestId,
        options,
      );
      return;
    }
    switch (path) {
      case "/healthz":
        return replyJson(response, 200, { status: "ok", version: options.version });
      case "/metrics":
        void serveMetrics(request, response, requestId, options);
        return;
      case "/api/openapi.json":
        return replyJson(
          response,
          200,
          (openApi ??= openApiDocument({ version: options.version, serverUrl: "/" })),
        );
      case "/api/docs":
        response
          .writeHead(200, {
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
          })
          .end((docs ??= docsPage()));
        return;
    }
    if (path.startsWith("/api/") || options.console === undefined) {
      return replyError(response, new BerthError("not_found", `there is no ${path}`));
    }
    options.console.serve(request, response, path);
  };
}

async function serveInference(
  request: IncomingMessage,
  response: ServerResponse,
  servicePort: number | undefined,
  options: FrontOptions,
): Promise<void> {
  try {
    const dispatched =
      servicePort === undefined ? options.queue.pass.admit(request, pathOf(request)) : undefined;
    const principal =
      dispatched !== undefined || (request.headers.cookie === undefined && !options.door.open)
        ? undefined
        : await authenticateInference(request, options.door);
    await options.gateway.handle(request, response, {
      ...(servicePort === undefined ? {} : { servicePort }),
      ...(principal === undefined ? {} : { principal }),
      ...dispatched,
    });
  } catch (error) {
    options.onError(error, "");
    replyError(response, error);
  }
}

/** Queues a call that asks for it. */
async function serveAsync(
  request: IncomingMessage,
  response: ServerResponse,
  options: FrontOptions,
): Promise<void> {
  const requestId = requestIdOf(request, options.newId);
  response.setHeader("x-request-id", requestId);
  try {
    const caller = await authenticate(request, options.door, "inference");
    await options.queue.accept(request, response, caller);
  } catch (error) {
    options.onError(error, requestId);
    replyError(response, error);
  }
}

async function serveMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  options: FrontOptions,
): Promise<void> {
  try {
    await authenticateAdmin(request, options.door);
    const text = await options.metrics.text();
    response.writeHead(200, { "content-type": options.metrics.contentType }).end(text);
  } catch (error) {
    options.onError(error, requestId);
    replyError(response, error);
  }
}

/** The caller's own request id when it is one that can stand in a log; a new one otherwise. */
function requestIdOf(request: IncomingMessage, newId: () => string): string {
  const sent = request.headers["x-request-id"];
  return typeof sent === "string" && /^[\w.:-]{1,128}$/.test(sent) ? sent : newId();
}
