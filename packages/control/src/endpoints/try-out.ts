import {
  BerthError,
  isBerthError,
  type EndpointConfiguration,
  type HardwarePreset,
  type Profile,
} from "@berth/api";
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

/**
 * Asks each profile, in order, until one would take it; a lack of memory is judged when it starts. Throws what is wrong: of one
 * profile its own words, of several what each has said, with the first one's code.
 */
export async function tryOut(
  owner: string,
  configuration: EndpointConfiguration,
  options: TryOutOptions,
  signal: AbortSignal,
): Promise<void> {
  const known = new Map((await options.profiles()).map((profile) => [profile.name, profile]));
  const refusals: { readonly profile: string; readonly error: BerthError }[] = [];
  for (const profile of configuration.profiles.flatMap((name) => known.get(name) ?? [])) {
    try {
      return await tryOn(profile, owner, configuration, options, signal);
    } catch (error) {
      if (!isBerthError(error) || signal.aborted) throw error;
      refusals.push({ profile: profile.name, error });
    }
  }
  const [first, ...others] = refusals;
  if (first === undefined) return;
  if (others.length === 0) throw first.error;
  const { code, param } = first.error;
  const message = refusals.map(({ profile, error }) => `${profile}: ${error.message}`).join("; ");
  throw new BerthError(code, message, { param, details: first.error.details, cause: first.error });
}

async function tryOn(
  profile: Profile,
  owner: string,
  configuration: EndpointConfiguration,
  { services, presets, downloads, clock }: TryOutOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    await services.preview(replicaSpec(configuration, profile, presets()), signal);
  } catch (error) {
    if (!isBerthError(error) || error.code !== "model_not_found") throw error;
    const wanted = { ...configuration, owner, profile: profile.name, since: clock.now() };
    const arrival = await bringModel(wanted, downloads, signal).catch((refusal: unknown) => {
      // a hub that is not to be asked knows no better
      throw isBerthError(refusal) && refusal.code === "offline" ? error : refusal;
    });
    if (arrival.kind === "nowhere") throw error;
  }
}
