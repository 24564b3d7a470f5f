import { BerthError } from "@berth/api";
import { gpuSecondsOf } from "./account.ts";
import type { Exchange } from "./exchange.ts";

/** Ends a request that keeps a service busy for longer than the budgets of its key have room for. */
export function keepWithinBudget(exchange: Exchange, nowMs: number): void {
  const gpuSeconds = gpuSecondsOf(exchange, nowMs);
  if (exchange.failed || gpuSeconds === undefined || exchange.admission.covers(gpuSeconds)) return;
  exchange.cancel(
    new BerthError(
      "budget_exceeded",
      `this key's budget of GPU time has no more for this request, which has used ${Math.round(gpuSeconds)} gpu-seconds`,
    ),
  );
}
