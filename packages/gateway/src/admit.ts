import { BerthError } from "@berth/api";
import { AnswerCapture } from "./answer-capture.ts";
import type { AskedRequest } from "./asked-request.ts";
import { worstCase } from "./cost/worst-case.ts";
import type { Exchange } from "./exchange.ts";
import { type Decision, unlimited } from "./key-limits/admission.ts";
import type { LimitBook } from "./key-limits/limit-book.ts";
import type { OperationName } from "./operation.ts";
import type { NamedRoute, Principal, Upstream } from "./ports.ts";

const keptChars = 1024 * 1024;

/** Lets the request begin under its key's limits, or throws the book's refusal. Keys without limits cost nothing. */
export function admit(
  exchange: Exchange,
  asked: AskedRequest,
  {
    principal,
    route,
    book,
    secondsAtMost,
  }: {
    readonly principal: Principal;
    readonly route: NamedRoute;
    readonly book: LimitBook | undefined;
    readonly secondsAtMost: number;
  },
): void {
  if (book !== undefined && hasLimits(principal)) {
    const { maxTokens, choices, refersElsewhere } = asked.facts;
    const facts = {
      bodyBytes: exchange.bodyBytes,
      refersElsewhere,
      isHeard: asked.form === "form",
      generates: !writesNothing.has(asked.operation),
      maxTokens,
      choices,
      secondsAtMost,
    };
    const upstreams = [...route.upstreams, ...(route.endpoint?.fallback ?? [])].map(
      ({ upstream }) => upstream,
    );
    requirePrices(principal, upstreams);
    takeDecision(exchange, book.admit(principal, worstCase(facts, upstreams), exchange.startedAtMs));
  }
  if (principal.logBodies || route.policy.logBodies) {
    exchange.requestText = asked.form === "json" ? textOf(asked) : `(${asked.contentType ?? "a form"})`;
    exchange.capture ??= new AnswerCapture();
  }
}

/** What has no price cannot be held against a budget of dollars. Throws `forbidden`. */
function requirePrices({ limits }: Principal, upstreams: readonly Upstream[]): void {
  if (limits.budgets?.some(({ unit }) => unit === "usd") !== true) return;
  const unpriced = upstreams.find((upstream) => upstream.kind === "provider" && upstream.price === null);
  if (unpriced?.kind !== "provider") return;
  const { id, name, target } = unpriced;
  throw new BerthError(
    "forbidden",
    `this key has a budget of dollars, and \`${id}\` has no price: \`berth provider update ${target.provider} --model ${name} --price-in DOLLARS --price-out DOLLARS\` sets one, 0 where it costs nothing`,
    { param: "model" },
  );
}

/** Throws the book's refusal. */
export function takeDecision(exchange: Exchange, decision: Decision): void {
  switch (decision.kind) {
    case "admitted":
      exchange.admission = decision.admission;
      return;
    case "refused":
      // a refusal tells of the limits too
      exchange.admission = { ...unlimited, headers: decision.headers };
      throw decision.error;
  }
}

function hasLimits({ limits }: Principal): boolean {
  for (const name in limits) if (limits[name as keyof typeof limits] !== undefined) return true;
  return false;
}

/** Those whose answers are no tokens. */
const writesNothing: ReadonlySet<OperationName> = new Set([
  "embeddings",
  "rerank",
  "ollama.embed",
  "anthropic.count_tokens",
  "tokenize",
]);

function textOf({ body }: AskedRequest): string {
  return body.kind === "bytes" ? body.bytes.toString("utf8", 0, keptChars) : "";
}
