import { hasEnded, type CreateService, type EngineOptions, type RestartService } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { ServiceRow } from "@berth/store";
import type { DraftPorts, ServiceDraft } from "./draft-service.ts";
import { draftToLaunch } from "./draft-to-launch.ts";
import { admit } from "./memory-admission.ts";
import { draftedFacts, specOf, storedPlanOf } from "./new-service.ts";
import { StaleRow, type NewEvent, type ServiceRecords } from "./service-records.ts";

/** How often an order is tried again when the controller writes the same row at the same moment. */
const tries = 20;

/**
 * Reads the row, changes it and writes it with its event, again if somebody wrote in between. `undefined` from `change`
 * leaves it as it is. Throws `not_found` when it is gone.
 */
async function order(
  records: ServiceRecords,
  id: string,
  change: (row: ServiceRow) => { readonly row: ServiceRow; readonly event: NewEvent } | undefined,
): Promise<ServiceRow> {
  for (let tried = 1; ; tried += 1) {
    const row = await records.require(id);
    const changed = change(row);
    if (changed === undefined) return row;
    try {
      return await records.put(changed.row, [changed.event]);
    } catch (error) {
      if (!(error instanceof StaleRow) || tried >= tries) throw error;
    }
  }
}

/** Orders a live service to stop; one that has ended, or is stopping, is left as it is. */
export function orderStop(records: ServiceRecords, clock: Clock, id: string): Promise<ServiceRow> {
  return order(records, id, (row) => {
    const { service } = row;
    if (hasEnded(service.status) || row.desired === "stopped") return undefined;
    const now = clock.now();
    const message = "stopping, as asked";
    return {
      row: {
        ...row,
        desired: "stopped",
        service: { ...service, status: "STOPPING", statusReason: message, retryAt: null, updatedAt: now },
      },
      event: { serviceId: id, at: now, status: "STOPPING", message, evidence: { was: service.status } },
    };
  });
}

/** Plans a service anew for the machine as it is now. It keeps its name, and its port unless somebody else has it by now. */
export async function draftAgain(
  row: ServiceRow,
  change: RestartService,
  records: ServiceRecords,
  ports: DraftPorts,
  signal: AbortSignal,
): Promise<ServiceDraft> {
  const others = records.live().filter((other) => other.service.id !== row.service.id);
  const keeps = row.service.replicaOf !== null || (await keepsPort(row, others, ports));
  const port = keeps ? row.service.port : undefined;
  return draftToLaunch(changed(specOf(row), change), ports, others, signal, { port });
}

function changed(spec: CreateService, { options }: RestartService): CreateService {
  if (options?.lora === undefined) return spec;
  const { lora: _before, ...kept }: EngineOptions = spec.options ?? {};
  return { ...spec, options: options.lora.length === 0 ? kept : { ...kept, lora: options.lora } };
}

/**
 * Orders a service to be launched afresh, ended or not, as `draftAgain` plans it. Throws like creating it, and changes
 * nothing then.
 */
export async function orderRestart(
  records: ServiceRecords,
  clock: Clock,
  ports: DraftPorts,
  id: string,
  change: RestartService,
  signal: AbortSignal,
): Promise<ServiceRow> {
  const row = await records.require(id);
  const draft = await draftAgain(row, change, records, ports, signal);
  // what still runs gives back what it took
  if (hasEnded(row.service.status) && draft.profile.schema !== "slurm")
    admit(draft.memory, draft.spec.force === true);
  return order(records, id, (current) => {
    const now = clock.now();
    const message = "ordered again";
    return {
      row: {
        ...current,
        desired: "running",
        failures: 0,
        plan: storedPlanOf(draft),
        service: {
          ...current.service,
          ...draftedFacts(draft),
          options: draft.spec.options ?? {},
          status: "SUBMITTED",
          statusReason: null,
          logTail: null,
          diagnosis: null,
          retryAt: null,
          unreachableSince: null,
          healthyAt: null,
          endedAt: null,
          updatedAt: now,
        },
      },
      event: {
        serviceId: id,
        at: now,
        status: "SUBMITTED",
        message,
        evidence: { was: current.service.status, ...change.options },
      },
    };
  });
}

/** A live service's port is listened on by us, for it; an ended one's may have gone to somebody else. */
async function keepsPort(
  { service }: ServiceRow,
  others: readonly ServiceRow[],
  { ports }: DraftPorts,
): Promise<boolean> {
  if (service.port === null || others.some((other) => other.service.port === service.port)) return false;
  return !hasEnded(service.status) || ports.isFree(service.port);
}
