import { tellsTooLong } from "../../failure.ts";
import { fieldsOf } from "../fields-of.ts";
import { failureKindOf, ProviderFailure, retryAfterMs, type FailureKind } from "../provider-failure.ts";
import type { WireAnswer } from "../wire.ts";

const maxErrorBytes = 64 * 1024;

interface Refusal {
  /** `ValidationError`, `ModelError` ... */
  readonly type: string;
  readonly status: number;
  readonly message: string;
  readonly original: { readonly status: number; readonly message: string } | undefined;
}

/** What an answer that is an error means. Its type stands in a header; a throttled call says nothing else. */
export async function readRefusal(answer: WireAnswer, nowMs: number): Promise<ProviderFailure> {
  const text = await answer.text(maxErrorBytes).catch(() => "");
  const refusal = refusalOf(answer, text);
  return new ProviderFailure({
    kind: kindOf(refusal),
    status: refusal.status,
    message: wordsOf(refusal),
    retryAfterMs: retryAfterMs((name) => answer.header(name), nowMs),
  });
}

/** The failure that ends a stream. */
export function streamFailure(type: string, payload: Buffer): ProviderFailure {
  const { Message: message, ErrorCode: code } = parsed(payload.toString("utf8"));
  const said = typeof message === "string" ? message : type;
  return new ProviderFailure({
    kind: tellsTooLong(400, said) ? "too_long" : "failed",
    message: typeof code === "string" ? `${type} (${code}): ${said}` : `${type}: ${said}`,
  });
}

function refusalOf(answer: WireAnswer, text: string): Refusal {
  const { status } = answer;
  const said = parsed(text);
  const message = said["Message"] ?? said["message"];
  const { OriginalStatusCode: originalStatus, OriginalMessage: originalMessage } = said;
  return {
    type: answer.header("x-amzn-errortype")?.replace(/:.*/, "") ?? "",
    status,
    message: typeof message === "string" ? message : "",
    original:
      typeof originalStatus === "number" && typeof originalMessage === "string"
        ? { status: originalStatus, message: originalMessage }
        : undefined,
  };
}

function kindOf({ type, status, message, original }: Refusal): FailureKind {
  switch (type) {
    case "ThrottlingException":
    case "ModelNotReadyException":
    case "ServiceUnavailable":
      return "busy";
    case "ValidationError":
      return /not found/i.test(message) ? "absent" : "refused";
    case "ModelError":
      return original === undefined ? "failed" : kindOfContainer(original.status, original.message);
  }
  return failureKindOf(status);
}

/** What the container itself has said. */
function kindOfContainer(status: number, message: string): FailureKind {
  if (tellsTooLong(status, message)) return "too_long";
  if (status === 429 || status === 503) return "busy";
  // 424: a generation that failed; 401 to 404: paths and keys inside the container, of which no caller knows
  return status === 400 || status === 413 || status === 422 ? "refused" : "failed";
}

function wordsOf({ type, status, message, original }: Refusal): string {
  if (original !== undefined) return `the model answered with status ${original.status}: ${original.message}`;
  return [type === "" ? `status ${status}` : type, message].filter((part) => part !== "").join(": ");
}

function parsed(text: string): ReturnType<typeof fieldsOf> {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    // no JSON: it has said nothing that can be passed on
    return {};
  }
}
