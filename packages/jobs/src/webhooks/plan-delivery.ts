import { backoffMs } from "@berth/std/backoff";
import type { DeliveryNext } from "@berth/store";
import type { WebhookAnswer } from "./send-webhook.ts";
import { webhookRules } from "./webhook-rules.ts";

export interface DeliveryState {
  readonly answer: WebhookAnswer;
  /** Since when it is due, and which try since then this was. */
  readonly since: number;
  readonly tries: number;
}

export interface DeliveryPlan {
  readonly next: DeliveryNext;
  /** Why it failed; `null`: it did not. */
  readonly error: string | null;
}

/** What becomes of a delivery after a try. `now`: when that was over. */
export function planDelivery(
  { answer, since, tries }: DeliveryState,
  now: number,
  random: () => number,
): DeliveryPlan {
  switch (answer.kind) {
    case "forbidden":
      return { next: { kind: "failed" }, error: answer.reason };
    case "unreached":
      return retry(answer.reason);
    case "answered": {
      const { status } = answer;
      if (status >= 200 && status < 300) return { next: { kind: "delivered" }, error: null };
      if (status === 410)
        return { next: { kind: "failed" }, error: "it answered 410: it wants to be told no more" };
      const isRedirect = status >= 300 && status < 400;
      return retry(`it answered ${status}${isRedirect ? ", and redirects are not followed" : ""}`);
    }
  }

  function retry(error: string): DeliveryPlan {
    const { firstPauseMs: firstMs, longestPauseMs: maxMs, jitter, giveUpMs } = webhookRules;
    const at = now + backoffMs(tries, { firstMs, maxMs, jitter }, random);
    if (at <= since + giveUpMs) return { next: { kind: "retry", at }, error };
    const hours = giveUpMs / 3_600_000;
    return { next: { kind: "failed" }, error: `${error}; given up after ${tries} tries in ${hours} hours` };
  }
}
