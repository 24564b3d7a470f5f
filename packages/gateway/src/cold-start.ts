import { BerthError, type ColdStart } from "@berth/api";
import { durationInWords } from "@berth/api/wall-time";
import type { Exchange } from "./exchange.ts";
import type { StartingService } from "./routing/upstream-id.ts";

export const coldStartHeader = "x-berth-cold-start";

/** What the caller wants when nobody is ready to answer, by the request's header; `undefined` without one. Throws `invalid_request` for another word. */
export function coldStartOf({ request }: Pick<Exchange, "request">): ColdStart | undefined {
  const said = request.headers[coldStartHeader];
  switch (said) {
    case undefined:
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

/** What is told to who does not want to wait, or waits for nothing; the start that it has caused goes on. */
export function coldRefusal(upstream: StartingService, now: number): BerthError {
  const { reason, expectedReadyAtMs } = upstream.state;
  return new BerthError("service_unavailable", `\`${upstream.name}\` is not ready yet: ${reason}`, {
    param: "model",
    details: {
      retryAfterSeconds: retryAfterSeconds(upstream, now, 3_600),
      expectedReadyAtMs: expectedReadyAtMs ?? null,
    },
  });
}

/** When it is worth to come again: as soon as it should be ready, or has been tried again. */
export function retryAfterSeconds({ state }: StartingService, now: number, atMost: number): number {
  const leftMs = state.nextTryAtMs === undefined ? readyInMs(state, now) : state.nextTryAtMs - now;
  const seconds = leftMs === undefined ? 5 : Math.ceil(leftMs / 1000);
  return Math.min(Math.max(seconds, 1), atMost);
}

/** For people: `, ready in about 40 seconds`; nothing where nobody can tell. */
export function readyInWords({ state }: StartingService, now: number): string {
  const leftMs = readyInMs(state, now);
  if (leftMs === undefined) return "";
  if (leftMs <= 0) return ", ready any moment";
  const stepMs = leftMs <= 90_000 ? 5_000 : 60_000;
  return `, ready in about ${durationInWords((Math.ceil(leftMs / stepMs) * stepMs) / 1000)}`;
}

function readyInMs(
  { expectedReadyAtMs, startMs }: StartingService["state"],
  now: number,
): number | undefined {
  return expectedReadyAtMs === undefined ? startMs : expectedReadyAtMs - now;
}
