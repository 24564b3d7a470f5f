import { BerthError, isBerthError, type HardwarePreset, type Profile } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { DeploymentRow, EndpointRow } from "@berth/store";
import type { EndpointRecords } from "./endpoint-records.ts";
import type { EndpointSights } from "./endpoint-sights.ts";
import type { EndpointStep } from "./endpoint-step.ts";
import { bringModel, type Arrival, type ModelDownloads } from "./model-arrivals.ts";
import type { ReplicaServices } from "./replica-services.ts";
import { replicaSpec } from "./replica-spec.ts";

export interface ReplicaStarterOptions {
  readonly records: EndpointRecords;
  readonly sights: EndpointSights;
  readonly services: ReplicaServices;
  readonly profiles: () => Promise<readonly Profile[]>;
  readonly presets: () => readonly HardwarePreset[];
  readonly downloads: ModelDownloads;
  readonly newId: () => string;
  readonly clock: Clock;
}

/** A profile that could not start a replica is tried after the others for so long. */
const avoidMs = 60_000;

/** Orders replicas as services, on the profile that takes them. */
export class ReplicaStarter {
  readonly #options: ReplicaStarterOptions;

  constructor(options: ReplicaStarterOptions) {
    this.#options = options;
  }

  /**
   * On the first profile that takes it; false when none did, which is remembered: as what is on its way there, as a lack of room, or
   * as a start that has failed.
   */
  async start(
    row: EndpointRow,
    { deployment: number, except }: Extract<EndpointStep, { kind: "start" }>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { records, services, clock } = this.#options;
    const state = records.state(row.id);
    let coming: string | null = null;
    const begunAt = clock.now();
    const reasons: string[] = [];
    const roomLater: string[] = [];
    try {
      const deployment = records.deployment(row.id, number);
      if (deployment === undefined)
        throw new BerthError("internal", `deployment ${number} of ${row.name} is gone`);
      for (const profile of await this.#profiles(row, deployment)) {
        if (except.has(profile.name)) continue;
        // while it is waited for, nobody is asked again and again
        if (coming !== null && (state.avoided.get(profile.name) ?? 0) > begunAt) continue;
        try {
          const spec = replicaSpec(deployment.configuration, profile, this.#options.presets());
          const name = `${row.name.slice(0, 48)}.${this.#options.newId().slice(0, 6)}`;
          await services.create({ ...spec, name }, { endpointId: row.id, deployment: number }, signal);
          state.taken(number);
          return true;
        } catch (error) {
          if (!isBerthError(error) || signal.aborted) throw error;
          // one place is enough to bring it to
          const arrival: Arrival =
            coming === null
              ? await this.#bring(error, row, deployment, profile, signal)
              : { kind: "nowhere" };
          if (arrival.kind === "coming") {
            coming = arrival.what;
            continue;
          }
          state.avoided.set(profile.name, begunAt + avoidMs);
          if (isForNow(error)) roomLater.push(profile.name);
          reasons.push(`${profile.name}: ${arrival.kind === "failed" ? arrival.reason : error.message}`);
        }
      }
    } catch (error) {
      if (!isBerthError(error) || signal.aborted) throw error;
      reasons.push(error.message);
    }
    // it is waited for, whatever others say
    if (coming !== null) {
      state.coming.set(number, coming);
      return false;
    }
    state.coming.delete(number);
    // those that were left have gone since they were seen
    if (reasons.length === 0) return false;
    const reason = reasons.join("; ");
    if (roomLater.length > 0) state.noRoom(number, { at: clock.now(), profiles: roomLater, reason });
    else state.failed(number, { begunAt, failedAt: clock.now(), reason, isRefusal: true });
    return false;
  }

  /** What a launch lacks may lie at the hub. */
  async #bring(
    error: BerthError,
    { owner }: EndpointRow,
    { configuration, createdAt: since }: DeploymentRow,
    profile: Profile,
    signal: AbortSignal,
  ): Promise<Arrival> {
    if (error.code !== "model_not_found") return { kind: "nowhere" };
    try {
      const wanted = { ...configuration, owner, profile: profile.name, since };
      return await bringModel(wanted, this.#options.downloads, signal);
    } catch (refusal) {
      if (!isBerthError(refusal) || signal.aborted) throw refusal;
      return { kind: "failed", reason: refusal.message };
    }
  }

  /** In order; those that could not start one a moment ago come last. */
  async #profiles(row: EndpointRow, { configuration }: DeploymentRow): Promise<readonly Profile[]> {
    const { records, sights, clock } = this.#options;
    const known = new Map((await this.#options.profiles()).map((profile) => [profile.name, profile]));
    const avoided = new Map(records.state(row.id).avoided);
    for (const { profile, until } of sights.failedOn(row.id, avoidMs)) avoided.set(profile, until);
    const found = configuration.profiles.flatMap((name) => known.get(name) ?? []);
    if (found.length === 0)
      throw new BerthError(
        "unprocessable",
        `none of the profiles ${configuration.profiles.join(", ")} is there any more: \`berth endpoint update ${row.name} --profile NAME\``,
        { param: "profiles" },
      );
    const now = clock.now();
    return found.toSorted(
      (a, b) => Number((avoided.get(a.name) ?? 0) > now) - Number((avoided.get(b.name) ?? 0) > now),
    );
  }
}

/** Whether what others hold keeps it from starting, and not what the place is. */
function isForNow({ code, details }: BerthError): boolean {
  if (code !== "insufficient_memory") return false;
  const { neededMiB, totalMiB } = details ?? {};
  return typeof neededMiB === "number" && typeof totalMiB === "number" && neededMiB <= totalMiB;
}
