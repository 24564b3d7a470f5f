import { BerthError, type ErrorCode } from "@berth/api";
import { withoutSecrets } from "./secret-of.ts";

/**
 * Why a provider did not answer. `refused`: it says that the request is wrong. `too_long`: the prompt does not fit.
 * `credential`: it does not accept ours. `absent`: it has no such model. `busy`: it has too much to do, or our limit there
 * is reached. `failed`: it broke. `unreachable`: nothing was there, or nothing came in time.
 */
export type FailureKind =
  | "refused"
  | "too_long"
  | "credential"
  | "absent"
  | "busy"
  | "failed"
  | "unreachable"
  | "silent";

export interface FailureFacts {
  readonly kind: FailureKind;
  /** The upstream's own status, where there was one. */
  readonly status?: number | undefined;
  /** The provider's own words, for the caller. */
  readonly message: string;
  /** The caller's field that is at fault, in OpenAI's terms. */
  readonly param?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

export class ProviderFailure extends Error {
  override readonly name = "ProviderFailure";
  readonly kind: FailureKind;
  readonly status: number | undefined;
  readonly param: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor({ kind, status, message, param, retryAfterMs, cause }: FailureFacts) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.status = status;
    this.param = param;
    this.retryAfterMs = retryAfterMs;
  }

  /** As the caller is told of it when nobody else can answer: without the `secrets`, which some servers repeat. */
  toBerthError(provider: string, secrets: readonly string[] = []): BerthError {
    const said = withoutSecrets(this.message, secrets);
    const { code, message } = telling(this.kind, provider, said);
    return new BerthError(code, message, {
      param: this.param ?? (this.kind === "absent" ? "model" : undefined),
      details: {
        provider,
        ...(this.status === undefined ? {} : { status: this.status }),
        ...(this.retryAfterMs === undefined
          ? {}
          : { retryAfterSeconds: Math.max(1, Math.ceil(this.retryAfterMs / 1000)) }),
      },
      cause: this,
    });
  }
}

function telling(
  kind: FailureKind,
  provider: string,
  said: string,
): { readonly code: ErrorCode; readonly message: string } {
  switch (kind) {
    case "refused":
      return { code: "invalid_request", message: said };
    case "too_long":
      return { code: "context_length_exceeded", message: said };
    case "credential":
      return {
        code: "upstream_failed",
        message: `${provider} does not accept the credential that this server has for it; \`berth provider test ${provider}\` tells more: ${said}`,
      };
    case "absent":
      return { code: "upstream_failed", message: `${provider} does not have this model: ${said}` };
    case "busy":
      return { code: "rate_limited", message: `${provider} has too much to do: ${said}` };
    case "failed":
    case "unreachable":
      return { code: "upstream_failed", message: `${provider} did not answer: ${said}` };
    case "silent":
      return { code: "upstream_timeout", message: `${provider} did not answer in time: ${said}` };
  }
}

/** What a status means where the body does not tell better. */
export function failureKindOf(status: number): FailureKind {
  // 402: our account there is empty
  if (status === 401 || status === 402 || status === 403) return "credential";
  if (status === 404) return "absent";
  if (status === 408 || status === 504 || status === 524) return "silent";
  if (status === 413) return "too_long";
  if (status === 429 || status === 503 || status === 529) return "busy";
  if (status >= 400 && status < 500) return "refused";
  return "failed";
}

/** `Retry-After` in seconds or as a date, or `retry-after-ms`; `undefined` where neither can be read. */
export function retryAfterMs(
  header: (name: string) => string | undefined,
  nowMs: number,
): number | undefined {
  const exact = header("retry-after-ms");
  if (exact !== undefined && /^\d+(?:\.\d+)?$/.test(exact)) return Number(exact);
  const text = header("retry-after");
  if (text === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
