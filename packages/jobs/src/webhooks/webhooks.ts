import type { Delivery } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { DeadlinePassed } from "@berth/std/deadline";
import type { ClaimedDelivery, DeliveryPlace, JobStore } from "@berth/store";
import { signWebhook } from "../sign-webhook.ts";
import { deliveryBody } from "./delivery-body.ts";
import { planDelivery } from "./plan-delivery.ts";
import type { SendWebhook, WebhookAnswer } from "./send-webhook.ts";
import { webhookRules } from "./webhook-rules.ts";
import type { WebhookSecrets } from "./webhook-secret.ts";

export interface WebhooksOptions {
  readonly store: Pick<
    JobStore,
    "claimDeliveries" | "recordDelivery" | "listDeliveries" | "redeliver" | "getResult" | "onChange"
  >;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  /** Of that endpoint. */
  readonly secrets: (endpointId: string) => Promise<WebhookSecrets>;
  readonly send: SendWebhook;
}

/** If nothing is heard, it looks for itself so often. */
const lookAgainMs = 60_000;
/** After a look that failed. */
const troubledMs = 5_000;

/** Tells webhooks how their jobs ended, at least once each: whoever is told twice sees the same `webhook-id`. */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #closing = new AbortController();
  readonly #stopListening: () => void;
  readonly #underWay = new Map<Promise<void>, DeliveryPlace>();
  #waking = new AbortController();

  constructor(options: WebhooksOptions) {
    this.#options = options;
    this.#stopListening = options.store.onChange(({ what }) => {
      if (what === "delivery") this.#wake();
    });
  }

  /** The last ones, the newest first. */
  deliveries(jobId: string): Promise<readonly Delivery[]> {
    return this.#options.store.listDeliveries(jobId);
  }

  /** The last end of the job is told again, from now on. Throws as `JobDeliveries.redeliver` does. */
  redeliver(jobId: string): Promise<Delivery> {
    const { store, clock } = this.#options;
    return store.redeliver(jobId, clock.now());
  }

  /**
   * Tells what is due until it is closed; resolves when whatever was under way is given back, so that it is told after the
   * next start. Rejects only when `report` throws.
   */
  async keep(report: (error: unknown) => void): Promise<void> {
    const closing = this.#closing.signal;
    while (!closing.aborted) {
      // before it looks: what comes meanwhile is not missed
      this.#waking = new AbortController();
      let ends = AbortSignal.any([this.#waking.signal, closing]);
      let pauseMs: number;
      try {
        const nextAt = await this.#beginDue(report);
        pauseMs = Math.max(0, Math.min(lookAgainMs, (nextAt ?? Infinity) - this.#options.clock.now()));
      } catch (error) {
        report(error);
        pauseMs = troubledMs;
        ends = closing;
      }
      await this.#options.clock.sleep(pauseMs, ends).catch((error: unknown) => {
        if (!ends.aborted) throw error;
      });
    }
    await Promise.all(this.#underWay.keys());
  }

  /** Ends `keep`, which is to be waited for. */
  close(): void {
    this.#stopListening();
    this.#closing.abort();
  }

  /** Resolves to when there will be something to do that nobody calls for. */
  async #beginDue(report: (error: unknown) => void): Promise<number | null> {
    const { store, clock } = this.#options;
    const { atOnce, leaseMs } = webhookRules;
    const limit = atOnce - this.#underWay.size;
    if (limit <= 0) return null;
    const claim = {
      limit,
      perHost: webhookRules.atOncePerHost,
      perKey: webhookRules.atOncePerKey,
      perKeyAtHost: webhookRules.atOncePerKeyAtHost,
      underWay: [...this.#underWay.values()],
      leaseMs,
    };
    const { claimed, nextAt } = await store.claimDeliveries(claim, clock.now());
    for (const delivery of claimed) this.#begin(delivery, report);
    return nextAt;
  }

  #begin(delivery: ClaimedDelivery, report: (error: unknown) => void): void {
    const telling = this.#tell(delivery)
      .catch(report)
      .finally(() => {
        this.#underWay.delete(telling);
        this.#wake();
      });
    this.#underWay.set(telling, { keyId: delivery.job.keyId, host: delivery.host });
  }

  /** What goes wrong here is not the webhook's doing: it is told again when the lease is over. */
  async #tell(delivery: ClaimedDelivery): Promise<void> {
    const { store, clock, random } = this.#options;
    const { lease, since, tries } = delivery;
    const at = clock.now();
    const from = clock.monotonic();
    const answer = await this.#ask(delivery);
    const now = clock.now();
    const { next, error } =
      answer === "stopped"
        ? ({ next: { kind: "retry", at: now }, error: "the server was stopped meanwhile" } as const)
        : planDelivery({ answer, since, tries }, now, random);
    const isAnswered = answer !== "stopped" && answer.kind === "answered";
    const tried = {
      at,
      durationMs: Math.round(clock.monotonic() - from),
      responseStatus: isAnswered ? answer.status : null,
      response: isAnswered ? answer.text : null,
      error,
    };
    await store.recordDelivery(lease, tried, next, now);
  }

  async #ask({ lease, url, job }: ClaimedDelivery): Promise<WebhookAnswer | "stopped"> {
    const { clock, send, secrets } = this.#options;
    const body = Buffer.from(deliveryBody(job, await this.#resultOf(job)));
    const signed = signWebhook(await secrets(job.endpointId), lease.deliveryId, clock.now(), body);
    const headers = { "content-type": "application/json", "user-agent": "Berth", ...signed };
    const { tryMs } = webhookRules;
    const late = new AbortController();
    const over = new AbortController();
    clock.sleep(tryMs, over.signal).then(
      () => late.abort(new DeadlinePassed(`no answer within ${tryMs / 1000} s`)),
      // it was answered before
      () => undefined,
    );
    const ends = AbortSignal.any([late.signal, this.#closing.signal]);
    try {
      return await send({ url, headers, body }, ends);
    } catch (error) {
      if (error instanceof DeadlinePassed) return { kind: "unreached", reason: error.message };
      if (this.#closing.signal.aborted) return "stopped";
      throw error;
    } finally {
      over.abort();
    }
  }

  /** Where it is small enough to be sent along. */
  async #resultOf({ id, result }: ClaimedDelivery["job"]): Promise<Uint8Array | undefined> {
    if (result === null || result.bytes > webhookRules.resultBytes) return undefined;
    const body = (await this.#options.store.getResult(id))?.body;
    return body?.kind === "bytes" ? body.bytes : undefined;
  }

  #wake(): void {
    this.#waking.abort();
  }
}
