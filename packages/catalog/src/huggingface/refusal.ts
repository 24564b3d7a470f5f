import { BerthError } from "@berth/api";

/** What a request to the hub was about, for the words of a refusal. */
export interface Subject {
  readonly repo?: string | undefined;
  readonly revision?: string | undefined;
  readonly path?: string | undefined;
}

export interface Refused {
  readonly status: number;
  /** The hub's `X-Error-Code`. */
  readonly errorCode: string | null;
  /** The hub's `X-Error-Message`. */
  readonly errorMessage: string | null;
  /** The hub, as `https://huggingface.co`. */
  readonly endpoint: string;
  /** Of the token that was sent: `HF_TOKEN`, `secret hf-token`. */
  readonly tokenName: string | undefined;
}

export type Refusal = { readonly kind: "final" | "passing"; readonly error: BerthError };

/** What an answer that is not a success means: whether asking again may help, and the error when it does not. */
export function refusalOf(refused: Refused, subject: Subject): Refusal {
  const { status, endpoint } = refused;
  if (status === 408 || status === 429 || status >= 500) {
    const why = status === 429 ? "asks to be left alone for a while (429)" : `answered with ${status}`;
    return { kind: "passing", error: new BerthError("upstream_failed", `${endpoint} ${why}`) };
  }
  return { kind: "final", error: finalError(refused, subject) };
}

function finalError(refused: Refused, subject: Subject): BerthError {
  const { status, errorCode, endpoint, tokenName } = refused;
  const { repo = "the model", revision = "main", path = "the file" } = subject;
  if (errorCode === "GatedRepo") {
    const page = `${endpoint}/${repo}`;
    const next =
      tokenName === undefined
        ? "then set HF_TOKEN to a token of that account"
        : `the account of ${tokenName} has not been let in yet`;
    return new BerthError("gated_model", `${repo} is gated: ask for access at ${page}; ${next}`, {
      param: "repo",
      details: { page },
    });
  }
  if (errorCode === "RevisionNotFound") {
    return new BerthError("not_found", `revision: ${repo} has no branch, tag or commit "${revision}"`, {
      param: "revision",
    });
  }
  if (errorCode === "EntryNotFound") {
    return new BerthError("not_found", `${repo} has no file ${path} at ${revision}`);
  }
  if (status === 401 && /invalid (?:credentials|user token)/i.test(refused.errorMessage ?? "")) {
    return new BerthError(
      "forbidden",
      `${endpoint} refuses ${tokenName ?? "HF_TOKEN"}: it is wrong or has expired`,
    );
  }
  // the hub answers strangers 401 for what is not there and for what they may not see
  if (errorCode === "RepoNotFound" || status === 401 || status === 404) {
    const advice =
      tokenName === undefined
        ? "or set HF_TOKEN if it is private"
        : `or the account of ${tokenName} may not see it`;
    return new BerthError(
      "model_not_found",
      `${endpoint} has no model "${repo}"; check the name (owner/name), ${advice}`,
      { param: "repo" },
    );
  }
  if (status === 403) {
    return new BerthError("forbidden", `${endpoint} refuses access to ${repo} (403)`, { param: "repo" });
  }
  return new BerthError("upstream_failed", `${endpoint} answered with ${status}`);
}

/** How long `Retry-After` (seconds, or a date) asks to wait; `null` when it does not say. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
