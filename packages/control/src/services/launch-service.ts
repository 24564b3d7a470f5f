import type { CreateService, LaunchPreview } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { ServiceRow } from "@berth/store";
import type { ServiceLimits } from "../controllers/service-limits.ts";
import { draftService, type DraftPorts } from "./draft-service.ts";
import { draftToLaunch } from "./draft-to-launch.ts";
import { admit } from "./memory-admission.ts";
import { newServiceRow } from "./new-service.ts";
import { previewLaunch, warningsOf } from "./preview-launch.ts";
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
      admit(draft.memory, spec.force === true);
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
    const { records, homeId, limits } = this.#options;
    const draft = await draftService(spec, this.#options, records.live(), signal);
    return previewLaunch(draft, homeId, limits);
  }

  /** Runs the work when what was asked before is done, however that ended. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    // a failure is its caller's; the next one only waits for its end
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
