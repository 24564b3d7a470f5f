/** How many tokens two lists have in common at their beginning. */
export function sharedPrefix(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}

/** What a sequence still holds of an earlier answer. */
export interface CachedTokens {
  readonly tokens: readonly number[];
  /** How many of them were its prompt; the rest were generated. */
  readonly promptTokens: number;
  /** Grows with each use; the smallest was idle longest. */
  readonly lastUse: number;
}

/**
 * Which of several idle sequences answers a prompt: the one that saves most evaluation, less half of the earlier prompt
 * that it would have to forget. So a chat goes on where it was, the same question finds its own sequence, and a new chat
 * does not throw away another's long history for the sake of a shared first line. Among equals the one that was idle
 * longest. `-1` when there is none.
 */
export function bestSequence(idle: readonly CachedTokens[], prompt: readonly number[]): number {
  let best = -1;
  let bestGain = Number.NEGATIVE_INFINITY;
  for (const [index, { tokens, promptTokens, lastUse }] of idle.entries()) {
    const shared = sharedPrefix(tokens, prompt);
    const gain = shared - Math.max(0, promptTokens - shared) / 2;
    const isBetter = gain > bestGain || (gain === bestGain && lastUse < (idle[best]?.lastUse ?? Infinity));
    if (!isBetter) continue;
    best = index;
    bestGain = gain;
  }
  return best;
}
