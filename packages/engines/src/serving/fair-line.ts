/** A waiting line in which owners take turns, in the order of their first coming: nobody waits for all of another's. */
export class FairLine<Item> {
  readonly #waiting = new Map<object, Item[]>();

  get length(): number {
    let length = 0;
    for (const items of this.#waiting.values()) length += items.length;
    return length;
  }

  push(owner: object, item: Item): void {
    const items = this.#waiting.get(owner);
    if (items === undefined) this.#waiting.set(owner, [item]);
    else items.push(item);
  }

  /** Whose turn it is, and the owner goes to the end of the line with the rest of its items. */
  shift(): Item | undefined {
    const first = this.#waiting.entries().next().value;
    if (first === undefined) return undefined;
    const [owner, items] = first;
    const item = items.shift();
    this.#waiting.delete(owner);
    if (items.length > 0) this.#waiting.set(owner, items);
    return item;
  }

  /** Forgets an item that gave up waiting; one that is not there is already gone. */
  remove(owner: object, item: Item): void {
    const left = (this.#waiting.get(owner) ?? []).filter((other) => other !== item);
    if (left.length === 0) this.#waiting.delete(owner);
    else this.#waiting.set(owner, left);
  }
}
