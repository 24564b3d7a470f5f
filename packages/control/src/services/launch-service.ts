import type { CreateService, LaunchPreview, RestartService } from "@berth/api";
import type { PreviewingLauncher } from "@berth/launchers";
import type { Clock } from "@berth/std/clock";
import type { ServiceRow } from "@berth/store";
import type { ServiceLimits } from "../controllers/service-limits.ts";
import { askedOnce } from "./asked-once.ts";
import { draftService, type DraftPorts, type KeptFacts, type ServiceDraft } from "./draft-service.ts";
import { draftToLaunch } from "./draft-to-launch.ts";
import { forgetService } from "./forget-service.ts";
import { KnownRuntimes } from "./known-runtimes.ts";
import { admit } from "./memory-admission.ts";
import { newServiceRow } from "./new-service.ts";
import { canPreview, previewOnCluster } from "./preview-cluster.ts";
import { previewLaunch, shownRequest, warningsOf } from "./preview-launch.ts";
import { draftAgain, orderRestart } from "./service-orders.ts";
import type { ServiceRecords } from "./service-records.ts";
import { Turns } from "./turns.ts";

export type ReplicaOf = ServiceRow["service"]["replicaOf"];

export interface LaunchServiceOptions extends DraftPorts {
  readonly records: ServiceRecords;
  readonly clock: Clock;
  readonly limits: ServiceLimits;
  readonly homeId: string;
  readonly newId: () => string;
  readonly newSecret: () => string;
}

/**
 * Orders new services, so that two cannot be promised the same memory, name or port: whatever asks a place comes first,
 * for each on its own, and only the choice from what is free is made one at a time.
 */
export class LaunchService {
  readonly #options: LaunchServiceOptions;
  readonly #turns = new Turns();
  readonly #runtimes: KnownRuntimes;

  constructor(options: LaunchServiceOptions) {
    this.#options = options;
    this.#runtimes = new KnownRuntimes(options.clock);
  }

  /** Resolves when the order is stored; launching it is the controller's work. Throws having changed nothing. */
  async create(spec: CreateService, signal: AbortSignal, replicaOf: ReplicaOf = null): Promise<ServiceRow> {
    const { records, clock, newId, newSecret, machine } = this.#options;
    const ports = askedOnce(
      replicaOf === null ? this.#options : { ...this.#options, machine: this.#runtimes.of(machine) },
    );
    const kept = replicaOf === null ? undefined : replicaFacts;
    await draftToLaunch(spec, ports, records.live(), signal, kept);
    return this.#turns.take(choice, async () => {
      const draft = await draftService(spec, ports, records.live(), signal, kept);
      if (draft.profile.schema !== "slurm") admit(draft.memory, spec.force === true);
      await this.#refuseUnlaunchable(draft);
      const now = clock.now();
      const row = newServiceRow(draft, { id: newId(), secret: newSecret(), now, replicaOf });
      return records.insert(row, {
        serviceId: row.service.id,
        at: now,
        status: "SUBMITTED",
        message: "ordered",
        evidence: { warnings: warningsOf(draft), revisionReason: draft.chosen?.reason ?? null },
      });
    });
  }

  /** As `orderRestart`; in turn with what else is done to the service. */
  async restart(row: ServiceRow, change: RestartService, signal: AbortSignal): Promise<ServiceRow> {
    const { records, clock } = this.#options;
    const ports = askedOnce(this.#options);
    await draftAgain(row, change, records, ports, signal);
    return this.#turns.take(row.service.id, () =>
      this.#turns.take(choice, () => orderRestart(records, clock, ports, row.service.id, change, signal)),
    );
  }

  /** As `forgetService`; in turn with orders to restart it, which would otherwise launch what is being forgotten. */
  forget(row: ServiceRow, signal: AbortSignal): Promise<void> {
    const { records, places, homeId } = this.#options;
    const { id } = row.service;
    return this.#turns.take(id, async () =>
      forgetService(records, places, homeId, await records.require(id), signal),
    );
  }

  /** What `create` would do, decided by the same path; a launch that would not fit is shown, not refused. */
  async preview(spec: CreateService, signal: AbortSignal, kept?: KeptFacts): Promise<LaunchPreview> {
    const { records, homeId, limits, clock } = this.#options;
    const draft = await draftService(spec, this.#options, records.live(), signal, kept);
    const preview = previewLaunch(draft, homeId, limits);
    const launcher = await this.#previewing(draft);
    if (launcher === undefined) return preview;
    return previewOnCluster(preview, launcher, shownRequest(draft, homeId, limits), clock, signal);
  }

  /** Throws what its launcher says of resources that cannot be asked for, before anything is stored. */
  async #refuseUnlaunchable(draft: ServiceDraft): Promise<void> {
    const { homeId, limits } = this.#options;
    (await this.#previewing(draft))?.preview(shownRequest(draft, homeId, limits));
  }

  async #previewing({ profile }: ServiceDraft): Promise<PreviewingLauncher | undefined> {
    const place = await this.#options.places.find(profile.name);
    return place !== undefined && canPreview(place.launcher) ? place.launcher : undefined;
  }
}

/** Replicas are reached by their endpoint alone. */
export const replicaFacts: KeptFacts = { port: null };

/** Of names, ports and memory. */
const choice = "choice";
