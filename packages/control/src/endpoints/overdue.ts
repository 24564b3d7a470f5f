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
export function overdue(
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
