import type { ServiceEvent } from "@berth/api";
import type { ServiceRow } from "@berth/store";

interface Wait {
  readonly partition: string | null;
  readonly waitedMs: number;
}

/** Enough for a tenth of them to be seen, few enough that last month's rush is forgotten. */
const keptWaits = 50;

/** How long launches waited in their profile's queue, learnt from the services' histories. */
export class QueueWaits {
  readonly #waits = new Map<string, Wait[]>();

  /** Takes the wait that an event bears as its evidence. */
  learn(service: ServiceRow["service"], event: Pick<ServiceEvent, "evidence">): void {
    const { waitedMs, partition } = event.evidence;
    if (typeof waitedMs !== "number") return;
    const known = this.#waits.get(service.profile) ?? [];
    const wait = { waitedMs, partition: typeof partition === "string" ? partition : null };
    this.#waits.set(service.profile, [...known, wait].slice(-keptWaits));
  }

  /**
   * Nine of ten waited no longer: in the partition that the service asks for, or on the whole profile where nothing is
   * known of that. `undefined` where nobody waited yet.
   */
  mostMs({ profile, resources }: Pick<ServiceRow["service"], "profile" | "resources">): number | undefined {
    const all = this.#waits.get(profile) ?? [];
    const there = all.filter(({ partition }) => partition === resources?.partition);
    const sorted = (there.length > 0 ? there : all).map(({ waitedMs }) => waitedMs).toSorted((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * 0.9) - 1];
  }
}
