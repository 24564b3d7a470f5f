import { isBerthError, type EndpointConfiguration, type HardwarePreset, type Profile } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { bringModel, type ModelDownloads } from "./model-arrivals.ts";
import type { ReplicaServices } from "./replica-services.ts";
import { replicaSpec } from "./replica-spec.ts";

/** What a configuration is tried out with. */
export interface TryOutOptions {
  readonly services: Pick<ReplicaServices, "preview">;
  readonly profiles: () => Promise<readonly Profile[]>;
  readonly presets: () => readonly HardwarePreset[];
  readonly downloads: ModelDownloads;
  readonly clock: Clock;
}

/** What the first profile says of it, where it would run; a lack of memory is judged when it starts. Throws what is wrong. */
export async function tryOut(
  owner: string,
  configuration: EndpointConfiguration,
  { services, profiles, presets, downloads, clock }: TryOutOptions,
  signal: AbortSignal,
): Promise<void> {
  const known = await profiles();
  const first = known.find(({ name }) => name === configuration.profiles[0]);
  if (first === undefined) return;
  try {
    await services.preview(replicaSpec(configuration, first, presets()), signal);
  } catch (error) {
    if (!isBerthError(error) || error.code !== "model_not_found") throw error;
    const wanted = { ...configuration, owner, profile: first.name, since: clock.now() };
    const arrival = await bringModel(wanted, downloads, signal).catch((refusal: unknown) => {
      // a hub that is not to be asked knows no better
      throw isBerthError(refusal) && refusal.code === "offline" ? error : refusal;
    });
    if (arrival.kind === "nowhere") throw error;
  }
}
