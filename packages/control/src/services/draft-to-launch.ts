import type { CreateService, Model, Profile } from "@berth/api";
import type { ServiceRow } from "@berth/store";
import type { ModelLookup } from "./choose-model.ts";
import { draftService, type DraftPorts, type KeptFacts, type ServiceDraft } from "./draft-service.ts";

/** A lookup that lists models which are not on the profile's disk yet, and can bring them there. */
export interface StagingLookup extends ModelLookup {
  /** Resolves when the model's files lie on the profile's disk. */
  stage(model: Model, profile: Profile, signal: AbortSignal): Promise<void>;
}

/** Drafts what will be launched: like `draftService`, but first copies the demo to a cluster that does not have it. */
export async function draftToLaunch(
  spec: CreateService,
  ports: DraftPorts,
  live: readonly ServiceRow[],
  signal: AbortSignal,
  kept?: KeptFacts,
): Promise<ServiceDraft> {
  const draft = await draftService(spec, ports, live, signal, kept);
  const { models } = ports;
  const model = draft.chosen?.model;
  const isAway = draft.profile.slurm !== null && model?.location === "demo";
  if (!isAway || !("stage" in models)) return draft;
  await (models as StagingLookup).stage(model, draft.profile, signal);
  return draftService(spec, ports, live, signal, kept);
}
