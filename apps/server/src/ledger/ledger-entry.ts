import type { Usage } from "@berth/gateway";
import type { LedgerEntry } from "@berth/store";

/** A request as the ledger has it, of one as the gateway tells it. */
export function ledgerEntry(usage: Usage): LedgerEntry {
  const { tokens } = usage;
  return {
    record: {
      id: usage.requestId,
      startedAt: Math.round(usage.startedAtMs),
      keyId: usage.keyId,
      model: usage.model,
      route: usage.route ?? null,
      operation: usage.operation,
      serviceId: usage.serviceId ?? null,
      provider: usage.provider ?? null,
      upstreamModel: usage.upstreamModel ?? null,
      status: usage.status,
      outcome: usage.outcome,
      errorCode: usage.errorCode ?? null,
      stream: usage.stream,
      inputTokens: tokens.inputTokens ?? null,
      outputTokens: tokens.outputTokens ?? null,
      cachedTokens: tokens.cachedTokens ?? null,
      reasoningTokens: tokens.reasoningTokens ?? null,
      tokensFrom: usage.tokensFrom,
      firstTokenMs: usage.firstByteMs === undefined ? null : toMicroseconds(usage.firstByteMs),
      durationMs: toMicroseconds(usage.durationMs),
      heldMs: toMicroseconds(usage.heldMs),
      overheadMs: toMicroseconds(usage.overheadMs),
      tries: usage.tries,
      costUsd: usage.costUsd ?? null,
      gpuSeconds: usage.gpuSeconds ?? null,
      cached: usage.cached,
    },
    bodies: usage.bodies,
  };
}

/** Milliseconds, to a thousandth. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
