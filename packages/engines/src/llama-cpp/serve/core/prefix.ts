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

/** Prompts that share this little share a template's first words, not a history. */
const negligibleTokens = 8;
const negligibleShare = 0.1;

/**
 * Which of several idle sequences answers a prompt. The one whose earlier prompt this one goes on from, or repeats, so
 * that a chat finds its own. Else one that shares about as much as the best, and of these the one that was idle longest:
 * a new chat uses a system prompt that is already evaluated, but does not push out the latest chat for the sake of a
 * shared first line. `-1` when there is none.
 */
export function bestSequence(idle: readonly CachedTokens[], prompt: readonly number[]): number {
  const found = idle.map((cached, index) => ({
    ...cached,
    index,
    shared: sharedPrefix(cached.tokens, prompt),
  }));
  const own = found
    .filter(({ shared, promptTokens }) => shared > negligibleTokens && shared >= promptTokens)
    .toSorted((a, b) => b.shared - a.shared)[0];
  if (own !== undefined) return own.index;
  const most = Math.max(0, ...found.map(({ shared }) => shared));
  const enough = most - Math.max(negligibleTokens, prompt.length * negligibleShare);
  const good = found.filter(({ shared }) => shared >= enough).toSorted((a, b) => a.lastUse - b.lastUse);
  return good[0]?.index ?? -1;
}
