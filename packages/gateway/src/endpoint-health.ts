import { BerthError } from "@berth/api";
import { answerJson } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import { isVisible } from "./permission.ts";
import type { NamedRoute, Principal, RoutingSnapshot } from "./ports.ts";
import { isReady } from "./routing/upstream-id.ts";

/** Of an endpoint: asking there starts nothing. */
export const healthPath = "/healthcheck";

/**
 * Throws `not_found` for what is not there or is nobody's business; `service_unavailable` where a job is called: the queue has an
 * endpoint before a gateway that has just started knows of it.
 */
export function requireEndpoint(
  { endpoints }: RoutingSnapshot,
  fullName: string,
  principal: Principal,
  isJob = false,
): NamedRoute {
  const route = endpoints.get(fullName);
  if (route === undefined && isJob)
    throw new BerthError("service_unavailable", `${fullName} is not known here yet`);
  if (route !== undefined && isVisible(principal, route)) return route;
  throw new BerthError(
    "not_found",
    `there is no endpoint ${fullName === "" ? "at this path: write /e/OWNER/NAME/..." : fullName}`,
  );
}

/** 200 as long as a replica can answer, 503 with the reason otherwise. */
export function answerHealth(exchange: Exchange, { upstreams }: NamedRoute): void {
  exchange.operation = "models";
  if (upstreams.some(({ upstream }) => isReady(upstream))) return answerJson(exchange, { status: "ok" });
  const [first] = upstreams;
  const state = first?.upstream.kind === "service" ? first.upstream.state : undefined;
  const reason = state === undefined || state.kind === "ready" ? "it has no replica" : state.reason;
  throw new BerthError("service_unavailable", `no replica can answer: ${reason}`);
}
