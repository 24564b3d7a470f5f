import type { LimitBook, Principal } from "@berth/gateway";

/** Counts one request of that key's. Throws the refusal of its limits: `rate_limited`, `budget_exceeded`. */
export type ChargeRequest = (keyId: string) => void;

const nothing = { tokensAtMost: 0, costAtMostUsd: 0, gpuSecondsAtMost: 0 };
const unused = { tokens: 0, costUsd: 0, gpuSeconds: 0 };

/** What becomes of it nobody here sees: it is a request, and over at once. */
export function requestCharger(
  book: Pick<LimitBook, "admit">,
  principalOf: (keyId: string) => Principal | undefined,
  now: () => number,
): ChargeRequest {
  return (keyId) => {
    const principal = principalOf(keyId);
    if (principal === undefined) return;
    const decision = book.admit(principal, nothing, now());
    if (decision.kind === "refused") throw decision.error;
    decision.admission.settle(unused, now());
  };
}
