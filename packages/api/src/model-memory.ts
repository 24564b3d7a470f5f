/** What an estimate needs to know; `null` where the files do not say. */
export interface ModelShape {
  readonly weightBytes: number;
  readonly contextTokens: number | null;
  readonly layers: number | null;
  readonly kvHeads: number | null;
  readonly headSize: number | null;
}

/** A launch that names no context gets at most this many tokens a sequence. */
export const defaultContextTokens = 4096;

const bytesPerMiB = 2 ** 20;
/** Runner, engine process and the smallest working buffers, before any weight is read. */
const fixedMiB = 128;
/** Working buffers and repacked tensors grow with the weights. */
const weightShare = 1.1;
/** Stands in for the key-value cache of a model that does not tell its shape. */
const unknownCacheShare = 0.1;
const bytesPerCachedValue = 2;

/**
 * Memory a served model takes: its weights, the f16 keys and values of `parallel` sequences of `contextTokens` each (the
 * model's own context, at most 4096, when not given), and working memory. An estimate for deciding, not a promise.
 */
export function estimateMemoryMiB(
  shape: ModelShape,
  launch: { readonly contextTokens?: number | undefined; readonly parallel?: number | undefined } = {},
): number {
  const tokens = launch.contextTokens ?? Math.min(shape.contextTokens ?? Infinity, defaultContextTokens);
  const cacheBytes = cacheBytesPerToken(shape);
  const cache =
    cacheBytes === null
      ? shape.weightBytes * unknownCacheShare
      : cacheBytes * tokens * Math.max(1, launch.parallel ?? 1);
  return Math.ceil(fixedMiB + (shape.weightBytes * weightShare + cache) / bytesPerMiB);
}

function cacheBytesPerToken({ layers, kvHeads, headSize }: ModelShape): number | null {
  if (layers === null || kvHeads === null || headSize === null) return null;
  return 2 * layers * kvHeads * headSize * bytesPerCachedValue;
}
