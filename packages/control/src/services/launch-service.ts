import type { CreateService, LaunchPreview } from "@berth/api";
import type { PreviewingLauncher } from "@berth/launchers";
import type { Clock } from "@berth/std/clock";
import type { ServiceRow } from "@berth/store";
import type { ServiceLimits } from "../controllers/service-limits.ts";
import { draftService, type DraftPorts, type ServiceDraft } from "./draft-service.ts";
import { draftToLaunch } from "./draft-to-launch.ts";
import { admit } from "./memory-admission.ts";
import { newServiceRow } from "./new-service.ts";
import { canPreview, previewOnCluster } from "./preview-cluster.ts";
import { previewLaunch, shownRequest, warningsOf } from "./preview-launch.ts";
import type { ServiceRecords } from "./service-records.ts";

export interface LaunchServiceOptions extends DraftPorts {
  readonly records: ServiceRecords;
  readonly clock: Clock;
  readonly limits: ServiceLimits;
  readonly homeId: string;
  readonly newId: () => string;
  readonly newSecret: () => string;
}

/** Orders new services, one at a time, so that two cannot be promised the same memory, name or port. */
export class LaunchService {
  readonly #options: LaunchServiceOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: LaunchServiceOptions) {
    this.#options = options;
  }

  /** Resolves when the order is stored; launching it is the controller's work. Throws having changed nothing. */
  create(spec: CreateService, signal: AbortSignal): Promise<ServiceRow> {
    const { records, clock, newId, newSecret } = this.#options;
    return this.inTurn(async () => {
      const draft = await draftToLaunch(spec, this.#options, records.live(), signal);
      if (draft.profile.schema !== "slurm") admit(draft.memory, spec.force === true);
      await this.#refuseUnlaunchable(draft);
      const now = clock.now();
      const row = newServiceRow(draft, { id: newId(), secret: newSecret(), now });
      return records.insert(row, {
        serviceId: row.service.id,
        at: now,
        status: "SUBMITTED",
        message: "ordered",
        evidence: { warnings: warningsOf(draft), revisionReason: draft.chosen?.reason ?? null },
      });
    });
  }

  /** What `create` would do, decided by the same path; a launch that would not fit is shown, not refused. */
  async preview(spec: CreateService, signal: AbortSignal): Promise<LaunchPreview> {
    const { records, homeId, limits, clock } = this.#options;
    const draft = await draftService(spec, this.#options, records.live(), signal);
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

  /** Runs the work when what was asked before is done, however that ended. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    // a failure is its caller's; the next one only waits for its end
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
