const comparedLength = 128;
const given = 3;

/** Up to three of `names` that somebody who wrote `asked` may have meant, the likeliest first. */
export function nearest(asked: string, names: Iterable<string>): string[] {
  const wanted = asked.slice(0, comparedLength).toLowerCase();
  const found: { name: string; distance: number }[] = [];
  for (const name of names) {
    const distance = distanceTo(wanted, name.slice(0, comparedLength).toLowerCase());
    if (distance !== undefined) found.push({ name, distance });
  }
  return found
    .toSorted((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, given)
    .map(({ name }) => name);
}

/** How far off, or `undefined` for not alike. A part of a name, such as a repository without its owner, is near. */
function distanceTo(wanted: string, name: string): number | undefined {
  if (wanted.length === 0) return undefined;
  const edits = editDistance(wanted, name);
  if (edits <= Math.max(1, Math.floor(Math.min(wanted.length, name.length) / 3))) return edits;
  const lastPart = name.slice(name.lastIndexOf("/") + 1);
  const wantedPart = wanted.slice(wanted.lastIndexOf("/") + 1);
  const partEdits = editDistance(wantedPart, lastPart);
  if (wantedPart.length > 2 && partEdits <= Math.floor(Math.min(wantedPart.length, lastPart.length) / 3)) {
    return partEdits + 1;
  }
  if (wanted.length > 2 && (name.includes(wanted) || wanted.includes(name))) return edits;
  return undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours between two texts. */
function editDistance(a: string, b: string): number {
  let earlier: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? earlier[j - 2]! + 1 : Infinity;
      next.push(Math.min(replaced, swapped, row[j]! + 1, next[j - 1]! + 1));
    }
    earlier = row;
    row = next;
  }
  return row[b.length]!;
}
