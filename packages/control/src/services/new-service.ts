import { createHash } from "node:crypto";
import { isPipelineTask, type CreateService } from "@berth/api";
import type { ServiceRow } from "@berth/store";
import type { ServiceDraft } from "./draft-service.ts";
import { readPlan, writePlan } from "./stored-plan.ts";

type DraftedFacts = Pick<
  ServiceRow["service"],
  "modelPath" | "revision" | "contextTokens" | "parallel" | "estimatedMemoryMiB" | "port"
>;

/** What of the row follows from the draft and may differ at a restart. */
export function draftedFacts({ chosen, plan, port }: ServiceDraft): DraftedFacts {
  return {
    revision: chosen?.model.revision ?? null,
    modelPath: chosen?.model.path ?? null,
    contextTokens: plan.contextTokens,
    parallel: plan.parallel,
    estimatedMemoryMiB: plan.memoryMiB,
    port,
  };
}

/** The row of a service just ordered. */
export function newServiceRow(
  draft: ServiceDraft,
  given: {
    readonly id: string;
    readonly secret: string;
    readonly now: number;
    readonly replicaOf?: ServiceRow["service"]["replicaOf"];
  },
): ServiceRow {
  const { spec, name, profile, purpose, kind, servedName, engine, surroundings } = draft;
  return {
    generation: 1,
    desired: "running",
    attempt: 0,
    handle: null,
    secret: given.secret,
    apiKeyHash: spec.apiKey === undefined ? null : sha256(spec.apiKey),
    plan: storedPlanOf(draft),
    failures: 0,
    renewal: null,
    service: {
      id: given.id,
      name,
      replicaOf: given.replicaOf ?? null,
      image: purpose.image,
      task: purpose.task,
      model: servedName,
      profile: profile.name,
      engine: engine.name,
      runtime: surroundings.runtime,
      options: spec.options ?? {},
      command: kind.kind === "command" ? kind.command : null,
      handler: kind.kind === "handler" ? kind.handler : null,
      resources: spec.resources ?? null,
      container: spec.container ?? null,
      mounts: spec.mounts ?? [],
      env: spec.env ?? {},
      renew: spec.renew === true,
      idleTimeoutSeconds: spec.idleTimeoutSeconds ?? null,
      allowSharedPort: spec.allowSharedPort === true,
      diagnosis: null,
      status: "SUBMITTED",
      statusReason: null,
      logTail: null,
      hasApiKey: spec.apiKey !== undefined,
      restarts: 0,
      retryAt: null,
      unreachableSince: null,
      createdAt: given.now,
      updatedAt: given.now,
      healthyAt: null,
      endedAt: null,
      ...draftedFacts(draft),
    },
  };
}

export function storedPlanOf({ plan, spec }: ServiceDraft): string {
  return writePlan({ ...plan, orderedModel: spec.model ?? null, forced: spec.force === true });
}

/** The spec that would order the service again in the same revision; it keeps its key and port. */
export function specOf({ service, plan }: ServiceRow): CreateService {
  const { orderedModel, forced } = readPlan(plan);
  const isPath = orderedModel?.startsWith("/") === true;
  return {
    name: service.name,
    image: service.image,
    ...(service.image === "pipeline" && isPipelineTask(service.task) ? { task: service.task } : {}),
    profile: service.profile,
    engine: service.engine,
    options: service.options,
    ...(service.command === null ? {} : { command: service.command }),
    ...(service.handler === null ? {} : { handler: service.handler }),
    ...(orderedModel === null ? {} : { model: orderedModel }),
    ...(service.revision === null || isPath ? {} : { revision: service.revision }),
    ...(forced ? { force: true } : {}),
    ...(service.resources === null ? {} : { resources: service.resources }),
    runtime: service.runtime,
    ...(service.container === null ? {} : { container: service.container }),
    ...(service.mounts.length === 0 ? {} : { mounts: service.mounts }),
    ...(Object.keys(service.env).length === 0 ? {} : { env: service.env }),
    ...(service.renew ? { renew: true } : {}),
    ...(service.idleTimeoutSeconds === null ? {} : { idleTimeoutSeconds: service.idleTimeoutSeconds }),
    ...(service.allowSharedPort ? { allowSharedPort: true } : {}),
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
