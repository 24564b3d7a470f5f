import type { DeliveryClaim } from "../../job-store.ts";

/** What of a claim is free yet: of all, of each host, of each key, and of that at a host. `''` stands for no key. */
export class DeliveryPlaces {
  readonly #claim: DeliveryClaim;
  readonly #hosts = new Map<string, number>();
  readonly #keys = new Map<string, Map<string, number>>();
  #taken = 0;

  constructor(claim: DeliveryClaim) {
    this.#claim = claim;
    for (const { keyId, host } of claim.underWay) this.#count(keyId ?? "", host);
  }

  freeOf(keyId: string): number {
    const taken = [...(this.#keys.get(keyId)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
    return Math.max(0, this.#claim.perKey - taken);
  }

  /** Hosts at which nothing of the key's may be told now. */
  fullOf(keyId: string): readonly string[] {
    const ofAll = [...this.#hosts].filter(([, count]) => count >= this.#claim.perHost);
    const ofKey = [...(this.#keys.get(keyId) ?? [])].filter(([, count]) => count >= this.#claim.perKeyAtHost);
    return [...ofAll, ...ofKey].map(([host]) => host);
  }

  has(keyId: string, host: string): boolean {
    return this.#taken < this.#claim.limit && this.freeOf(keyId) > 0 && !this.fullOf(keyId).includes(host);
  }

  take(keyId: string, host: string): void {
    this.#taken += 1;
    this.#count(keyId, host);
  }

  #count(keyId: string, host: string): void {
    const ofKey = this.#keys.get(keyId) ?? new Map<string, number>();
    this.#keys.set(keyId, ofKey.set(host, (ofKey.get(host) ?? 0) + 1));
    this.#hosts.set(host, (this.#hosts.get(host) ?? 0) + 1);
  }
}
