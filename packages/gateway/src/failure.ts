import type { BerthError } from "@berth/api";
import type { Forwarded, Refusal } from "./forward.ts";
import { headerOf } from "./http1/response-head.ts";
import { ProviderFailure, retryAfterMs } from "./providers/provider-failure.ts";
import type { Upstream } from "./ports.ts";

/** A try that came to nothing, while the client has heard nothing of it. */
export interface Failure {
  readonly upstream: Upstream;
  readonly tell:
    | { readonly kind: "error"; readonly error: BerthError }
    | { readonly kind: "refusal"; readonly refusal: Refusal };
  /** Who may be asked instead. `bigger`: those who take longer prompts. */
  readonly again: "anybody" | "others" | "bigger" | "nobody";
  /** Whether it says something of the upstream rather than of the request. */
  readonly counts: boolean;
  /** Whether the same upstream may do better in a moment. */
  readonly passes: boolean;
  readonly retryAfterMs: number | undefined;
}

/** What a try that failed means. `nowMs`: of the clock on the wall. */
export function judge(
  upstream: Upstream,
  forwarded: Exclude<Forwarded, { kind: "answered" }>,
  nowMs: number,
): Failure {
  switch (forwarded.kind) {
    case "refused":
      return judgeRefusal(upstream, forwarded.refusal, nowMs);
    case "failed": {
      const { error, again } = forwarded;
      const said = error.cause instanceof ProviderFailure ? error.cause : undefined;
      const isTooLong = error.code === "context_length_exceeded";
      const isOfRequest =
        said === undefined ? error.status < 500 : said.kind === "refused" || said.kind === "too_long";
      return {
        upstream,
        tell: { kind: "error", error },
        again: isTooLong ? "bigger" : again,
        counts: !isOfRequest && again !== "anybody" && said?.kind !== "absent",
        passes:
          upstream.kind === "provider" &&
          error.code !== "upstream_timeout" &&
          !isOfRequest &&
          said?.kind !== "credential" &&
          said?.kind !== "absent",
        retryAfterMs: said?.retryAfterMs,
      };
    }
  }
}

/** Too much to do, or broken: others may do better, and so may it in a moment. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 524, 529]);
/** Of a service of ours: its place, not its engine. An engine's own 500 is about the request. */
const passingOfServices = new Set([429, 502, 503, 504]);
const credential = new Set([401, 403]);

function judgeRefusal(upstream: Upstream, refusal: Refusal, nowMs: number): Failure {
  const { status } = refusal;
  const base = { upstream, tell: { kind: "refusal", refusal } as const };
  const pauseMs = retryAfterMs((name) => headerOf(refusal, name), nowMs);
  if (status < 400) return { ...base, again: "others", counts: true, passes: true, retryAfterMs: undefined };
  const isProvider = upstream.kind === "provider";
  if ((isProvider ? passing : passingOfServices).has(status))
    return { ...base, again: "others", counts: isProvider, passes: isProvider, retryAfterMs: pauseMs };
  if (isProvider && (credential.has(status) || status === 404))
    return {
      ...base,
      again: "others",
      counts: credential.has(status),
      passes: false,
      retryAfterMs: undefined,
    };
  const again = tellsTooLong(status, refusal.bytes.toString("utf8")) ? "bigger" : "nobody";
  return { ...base, again, counts: false, passes: false, retryAfterMs: undefined };
}

const tooLong =
  /context_length_exceeded|exceed_context_size|maximum context length|context (?:length|window|size|limit)|prompt is too long|input is too long|too many (?:input )?tokens|token count.{0,20} exceeds the maximum|`inputs` (?:tokens|must have less)|max_total_tokens/i;

/** Whether an upstream's own words say that the prompt does not fit: every system says it in another way. */
export function tellsTooLong(status: number, said: string): boolean {
  return (status === 400 || status === 413 || status === 422) && tooLong.test(said);
}

/** Of several tries, the one whose reason helps the caller most: the one that says when to come again, else the last. */
export function mostTelling(failures: readonly [Failure, ...Failure[]]): Failure {
  return failures.find(({ retryAfterMs }) => retryAfterMs !== undefined) ?? failures.at(-1) ?? failures[0];
}
