/**
 * Packs things, in order, into as few groups as hold them, each of at most `budget` tokens, and evenly: a last group of
 * next to nothing would take as long as the others. A thing that is larger alone is a group alone.
 */
export function pack<T extends { readonly tokens: number }>(
  things: readonly T[],
  budget: number,
): readonly T[][] {
  const total = things.reduce((sum, { tokens }) => sum + tokens, 0);
  const target = total / Math.ceil(total / budget);
  const groups: T[][] = [];
  let packed = 0;
  let held = 0;
  for (const thing of things) {
    const last = groups.at(-1);
    const reached = packed + thing.tokens / 2 > target * groups.length;
    if (last === undefined || held + thing.tokens > budget || reached) {
      groups.push([thing]);
      held = 0;
    } else last.push(thing);
    held += thing.tokens;
    packed += thing.tokens;
  }
  return groups;
}
