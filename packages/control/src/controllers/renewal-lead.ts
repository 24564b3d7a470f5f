/** Where nothing was measured yet. */
const unknownWaitMs = 600_000;
const unknownLoadMs = 300_000;
/** Time for the last streams of the launch that is taken over from. */
const leastMarginMs = 120_000;

/**
 * How long before a launch's end its successor is launched: what nine of ten launches waited, what the model takes to
 * load, and a tenth of that again (two minutes at least), so that it is ready before the other ends and that can finish
 * what it has begun. Never more than
 * half of the wall time: launches that follow each other sooner would mostly load models.
 */
export function renewalLeadMs(known: {
  readonly waitMs: number | undefined;
  readonly loadMs: number | undefined;
  readonly wallMs: number | undefined;
}): number {
  const neededMs = (known.waitMs ?? unknownWaitMs) + (known.loadMs ?? unknownLoadMs);
  const leadMs = neededMs + Math.max(leastMarginMs, neededMs / 10);
  return Math.round(known.wallMs === undefined ? leadMs : Math.min(leadMs, known.wallMs / 2));
}
