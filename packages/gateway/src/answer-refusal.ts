import { BerthError, type ErrorCode } from "@berth/api";
import { notBegun } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import type { Refusal } from "./forward.ts";
import { answerHeaders } from "./headers.ts";
import { headerOf } from "./http1/response-head.ts";
import { errorIn, lateRefusal } from "./late-refusal.ts";
import { openAiDialect } from "./dialect.ts";
import type { ProviderTarget, Upstream } from "./ports.ts";
import { ProviderFailure } from "./providers/provider-failure.ts";
import { secretsOf, withoutSecrets } from "./providers/secret-of.ts";

/**
 * Answers with what the upstream has said, in its own bytes, but for what is not the caller's business: our credential,
 * and that the provider does not accept it. Throws BerthError where the caller has to be told in other words.
 */
export function answerRefusal(exchange: Exchange, upstream: Upstream, refusal: Refusal, nowMs: number): void {
  switch (upstream.kind) {
    case "service":
      answerWith(exchange, upstream.name, refusal, nowMs);
      return;
    case "provider":
      answerProviderRefusal(exchange, upstream.target, refusal, nowMs);
  }
}

export function answerProviderRefusal(
  exchange: Exchange,
  { auth, provider }: ProviderTarget,
  refusal: Refusal,
  nowMs: number,
): void {
  const { status } = refusal;
  const secrets = secretsOf(auth);
  const tells = secrets.some((secret) => refusal.bytes.includes(secret));
  const bytes = tells ? Buffer.from(withoutSecrets(refusal.bytes.toString("utf8"), secrets)) : refusal.bytes;
  const headers = refusal.headers.map((text) => withoutSecrets(text, secrets));
  if (status === 401 || status === 403) {
    const said = bytes.toString("utf8");
    const message = errorIn(said)?.message ?? said.slice(0, 500);
    throw new ProviderFailure({ kind: "credential", status, message }).toBerthError(provider);
  }
  answerWith(exchange, provider, { status, headers, bytes }, nowMs);
}

function answerWith(
  exchange: Exchange,
  name: string,
  { status, headers, bytes }: Refusal,
  nowMs: number,
): void {
  const { response, dialect } = exchange;
  const said = bytes.toString("utf8");
  if (response.headersSent) throw lateRefusal(name, status, said);
  if (dialect !== openAiDialect) throw inOtherWords(name, { status, headers, bytes });
  exchange.status = status;
  exchange.failed = true;
  exchange.capture?.push(bytes);
  const told = answerHeaders(sized(headers, bytes.length), exchange, nowMs);
  response.writeHead(status, [...told, ...notBegun(exchange)]);
  response.end(bytes);
}

/** The same error as one of ours, for callers of another system's API. */
function inOtherWords(name: string, refusal: Refusal): BerthError {
  const { status } = refusal;
  const said = refusal.bytes.toString("utf8");
  const seconds = headerOf(refusal, "retry-after");
  const again =
    seconds !== undefined && /^\d{1,9}$/.test(seconds) ? { retryAfterSeconds: Number(seconds) } : {};
  const message =
    errorIn(said)?.message ?? `\`${name}\` answered with status ${status}: ${said.slice(0, 500)}`;
  return new BerthError(codeOf(status), message, { details: { status, ...again } });
}

function codeOf(status: number): ErrorCode {
  if (status === 404) return "not_found";
  if (status === 413) return "payload_too_large";
  if (status === 422) return "unprocessable";
  if (status === 429) return "rate_limited";
  if (status === 503 || status === 529) return "service_unavailable";
  if (status === 504) return "upstream_timeout";
  return status >= 400 && status < 500 ? "invalid_request" : "upstream_failed";
}

/** Whole bytes have a length, whatever was said before. */
function sized(headers: readonly string[], length: number): string[] {
  const kept: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at] !== "content-length") kept.push(headers[at]!, headers[at + 1]!);
  }
  return [...kept, "content-length", String(length)];
}
