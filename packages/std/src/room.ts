/** How many bytes may be in memory at once, of all and of any one holder. Nobody waits: who finds no room is told. */
export class Room {
  readonly #mostBytes: number;
  readonly #mostOfOne: number;
  readonly #held = new Map<string, number>();
  #bytes = 0;

  constructor(limits: { readonly mostBytes: number; readonly mostOfOne: number }) {
    this.#mostBytes = limits.mostBytes;
    this.#mostOfOne = limits.mostOfOne;
  }

  /** `undefined`: there is no room for them. Disposed of twice, it is disposed of once. */
  take(bytes: number, holder: string): Disposable | undefined {
    const held = this.#held.get(holder) ?? 0;
    if (this.#bytes + bytes > this.#mostBytes || held + bytes > this.#mostOfOne) return undefined;
    this.#bytes += bytes;
    this.#held.set(holder, held + bytes);
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#bytes -= bytes;
        const left = (this.#held.get(holder) ?? 0) - bytes;
        if (left === 0) this.#held.delete(holder);
        else this.#held.set(holder, left);
      },
    };
  }
}
