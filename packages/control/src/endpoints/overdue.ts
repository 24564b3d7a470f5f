import type { EndpointRow } from "@berth/store";
import type { EndpointFacts, EndpointStep } from "./endpoint-step.ts";
import type { Replica } from "./replica.ts";

export interface Overdue {
  /** Those that have waited too long for their turn: another place is to have one in their stead. */
  readonly replicas: ReadonlySet<Replica>;
  /** Where they wait: nothing more is started there. */
  readonly profiles: ReadonlySet<string>;
  /** Whether there is another place. */
  readonly hasOther: boolean;
}

/** What has waited for its turn for `afterMs` or longer; nothing of a deployment that has one profile only. */
function overdue(
  replicas: readonly Replica[],
  profiles: readonly string[],
  now: number,
  afterMs: number,
): Overdue {
  const late =
    profiles.length < 2
      ? []
      : replicas.filter(({ waitingSince }) => waitingSince !== null && now - waitingSince >= afterMs);
  const places = new Set(late.map(({ profile }) => profile));
  return {
    replicas: new Set(late),
    profiles: places,
    hasOther: profiles.some((profile) => !places.has(profile)),
  };
}

/** As `overdue`, by what the endpoint says of it. */
export function lateOf(
  { scaling }: EndpointRow,
  replicas: readonly Replica[],
  deployment: number,
  { profilesOf, now }: EndpointFacts,
): Overdue {
  return overdue(replicas, profilesOf(deployment), now, scaling.overflowSeconds * 1000);
}

/** As many more, if there is a place for them. */
export function starts(
  deployment: number,
  count: number,
  late: Pick<Overdue, "profiles" | "hasOther">,
): readonly EndpointStep[] {
  const length = late.hasOther ? Math.max(0, count) : 0;
  return Array.from({ length }, () => ({ kind: "start", deployment, except: late.profiles }));
}
