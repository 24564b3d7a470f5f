import type { Worker } from "@berth/api";
import type { Clock } from "@berth/std/clock";

interface Seen {
  readonly id: string;
  readonly kind: Worker["kind"];
  about: string | null;
  seenAt: number;
  /** Of the jobs it has. */
  leaseMs: number;
  readonly jobIds: Set<string>;
}

/** Longer than a long poll. */
const silentMs = 90_000;
const forgottenMs = 3_600_000;
/** Of one endpoint: whoever makes up names pushes out only those that were not seen for longest. */
const mostWorkers = 1_000;

/** Who has worked on which endpoint's jobs lately, from memory. */
export class SeenWorkers {
  readonly #clock: Pick<Clock, "now">;
  /** By endpoint; who was seen last comes last. */
  readonly #seen = new Map<string, Map<string, Seen>>();
  /** By job. */
  readonly #holders = new Map<string, Seen>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** It asks for jobs. */
  asked(endpointId: string, workerId: string, kind: Worker["kind"], about?: string): void {
    const seen = this.#of(endpointId, workerId, kind);
    if (about !== undefined) seen.about = about;
  }

  /** It works on these now. */
  took(
    endpointId: string,
    workerId: string,
    jobIds: readonly string[],
    leaseMs: number,
    kind: Worker["kind"] = "worker",
  ): void {
    const seen = this.#of(endpointId, workerId, kind);
    seen.leaseMs = leaseMs;
    for (const jobId of jobIds) {
      this.letGo(jobId);
      seen.jobIds.add(jobId);
      this.#holders.set(jobId, seen);
    }
  }

  /** Whoever has the job has said something of it. Returns whether that is known. */
  heard(jobId: string): boolean {
    const holder = this.#holders.get(jobId);
    if (holder !== undefined) holder.seenAt = this.#clock.now();
    return holder !== undefined;
  }

  /** Nobody works on it any more. */
  letGo(jobId: string): void {
    this.#holders.get(jobId)?.jobIds.delete(jobId);
    this.#holders.delete(jobId);
  }

  list(endpointId: string): (Worker & { readonly id: string })[] {
    const now = this.#clock.now();
    const workers = this.#seen.get(endpointId);
    for (const { id, kind, seenAt, jobIds } of workers?.values() ?? [])
      if (kind === "worker" && jobIds.size === 0 && now - seenAt > forgottenMs) workers?.delete(id);
    return [...(workers?.values() ?? [])].map(({ id, kind, about, seenAt, leaseMs, jobIds }) => ({
      id,
      kind,
      // the server itself waits silently
      status:
        kind === "worker" && now - seenAt > Math.max(silentMs, leaseMs)
          ? "silent"
          : jobIds.size > 0
            ? "running"
            : "idle",
      jobs: jobIds.size,
      seenAt,
      about,
    }));
  }

  /** The endpoint is gone. */
  forget(endpointId: string): void {
    this.#seen.delete(endpointId);
  }

  #of(endpointId: string, workerId: string, kind: Worker["kind"]): Seen {
    const workers = this.#seen.get(endpointId) ?? new Map<string, Seen>();
    this.#seen.set(endpointId, workers);
    const seenAt = this.#clock.now();
    const seen = workers.get(workerId) ?? {
      id: workerId,
      kind,
      about: null,
      seenAt,
      leaseMs: 0,
      jobIds: new Set<string>(),
    };
    seen.seenAt = seenAt;
    workers.delete(workerId);
    workers.set(workerId, seen);
    const [first] = workers.keys();
    if (workers.size > mostWorkers && first !== undefined) workers.delete(first);
    return seen;
  }
}
