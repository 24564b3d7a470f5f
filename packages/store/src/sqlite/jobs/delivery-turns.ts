/** So many that had a turn are remembered. */
const mostKnown = 10_000;

interface KeyAtHost {
  readonly keyId: string;
  readonly host: string;
}

/** Which key had its turn at a host, and who comes next there. Forgotten with the process: then the one that waits longest does. */
export class DeliveryTurns {
  readonly #had = new Map<string, number>();
  #count = 0;

  had(keyId: string, host: string): void {
    const name = nameOf({ keyId, host });
    this.#had.delete(name);
    this.#had.set(name, (this.#count += 1));
    if (this.#had.size <= mostKnown) return;
    for (const oldest of this.#had.keys()) return void this.#had.delete(oldest);
  }

  /** Each host keeps its places in the order; there, the key comes first whose turn is the longest ago. */
  order<Due extends KeyAtHost>(due: readonly Due[]): Due[] {
    const turnOf = (one: Due): number => this.#had.get(nameOf(one)) ?? 0;
    const atHosts = Map.groupBy(due, ({ host }) => host);
    for (const some of atHosts.values()) some.sort((one, other) => turnOf(one) - turnOf(other));
    return due.flatMap(({ host }) => atHosts.get(host)?.splice(0, 1) ?? []);
  }
}

function nameOf({ keyId, host }: KeyAtHost): string {
  return JSON.stringify([keyId, host]);
}
