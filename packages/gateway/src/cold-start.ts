import { BerthError } from "@berth/api";
import type { Exchange } from "./exchange.ts";
import type { StartingService } from "./routing/upstream-id.ts";

/** What a caller wants when nobody is ready to answer. */
export type ColdStart = "hold" | "fail" | "fallback";

export const coldStartHeader = "x-berth-cold-start";

/** Of the request's header; `hold` without one. Throws `invalid_request` for another word. */
export function coldStartOf({ request }: Pick<Exchange, "request">): ColdStart {
  const said = request.headers[coldStartHeader];
  switch (said) {
    case undefined:
      return "hold";
    case "hold":
    case "fail":
    case "fallback":
      return said;
    default:
      throw new BerthError("invalid_request", `${coldStartHeader}: say hold, fail or fallback`, {
        param: coldStartHeader,
      });
  }
}

/** What is told to who does not want to wait; the start that it has caused goes on. */
export function coldRefusal(upstream: StartingService, now: number): BerthError {
  const { reason, expectedReadyAtMs } = upstream.state;
  const seconds = expectedReadyAtMs === undefined ? 5 : Math.ceil((expectedReadyAtMs - now) / 1000);
  return new BerthError("service_unavailable", `\`${upstream.name}\` is not ready yet: ${reason}`, {
    param: "model",
    details: {
      retryAfterSeconds: Math.min(Math.max(seconds, 1), 3_600),
      expectedReadyAtMs: expectedReadyAtMs ?? null,
    },
  });
}
