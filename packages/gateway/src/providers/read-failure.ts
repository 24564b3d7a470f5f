import { tellsTooLong } from "../failure.ts";
import { errorIn } from "../late-refusal.ts";
import { failureKindOf, ProviderFailure, retryAfterMs, type FailureFacts } from "./provider-failure.ts";
import type { WireAnswer } from "./wire.ts";

const maxErrorBytes = 64 * 1024;
const maxToldChars = 2_000;

/**
 * What an answer that is an error means: its status, and its words, wherever the body has them. `refine` knows better, from
 * the body, where the provider tells more in a form of its own.
 */
export async function readFailure(
  answer: WireAnswer,
  nowMs: number,
  refine: (body: string) => Partial<FailureFacts> = () => ({}),
): Promise<ProviderFailure> {
  const { status } = answer;
  const text = await answer.text(maxErrorBytes).catch(() => "");
  const said = errorIn(text);
  return new ProviderFailure({
    kind: tellsTooLong(status, text) ? "too_long" : failureKindOf(status),
    status,
    message: said?.message ?? (text === "" ? `status ${status}` : text.slice(0, maxToldChars)),
    param: typeof said?.param === "string" ? said.param : undefined,
    retryAfterMs: retryAfterMs((name) => answer.header(name), nowMs),
    ...refine(text),
  });
}
