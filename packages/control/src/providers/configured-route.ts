import type { ModelRoute, RoutePolicy } from "@berth/api";
import type { ModelRouteRow } from "@berth/store";
import { routePattern } from "./route-pattern.ts";

/** A configured route, ready to be planned with. */
export interface ConfiguredRoute {
  readonly row: ModelRouteRow;
  readonly policy: RoutePolicy;
  /** Of a `regex` route. */
  readonly pattern: RegExp | undefined;
}

/** The policy is `before`'s own where nothing of it has changed. Throws as `routePattern`. */
export function configuredRoute(row: ModelRouteRow, before: ConfiguredRoute | undefined): ConfiguredRoute {
  const policy: RoutePolicy = {
    route: row.name,
    strategy: row.strategy,
    retries: row.retries,
    firstTokenMs: row.firstTokenSeconds === null ? null : row.firstTokenSeconds * 1000,
    cache: row.cache === null ? null : { ttlMs: row.cache.ttlSeconds * 1000, which: row.cache.which },
    logBodies: row.logBodies,
  };
  const isSame = before !== undefined && JSON.stringify(before.policy) === JSON.stringify(policy);
  return {
    row,
    policy: isSame ? before.policy : policy,
    pattern: row.match === "regex" ? routePattern(row.name) : undefined,
  };
}

interface WeighedTarget {
  readonly model: string;
  readonly weight: number;
  readonly group: number;
}

/** The targets with what nobody said: of a `priority` route, each is a group of its own, in the order they are written. */
export function weighed({ targets, strategy }: Pick<ModelRouteRow, "targets" | "strategy">): WeighedTarget[] {
  return targets.map(({ model, weight = 1, group }, index) => ({
    model,
    weight,
    group: group ?? (strategy === "priority" ? index : 0),
  }));
}

/** As people see it; `state` tells how each target stands. */
export function viewRoute(
  row: ModelRouteRow,
  state: (model: string) => Pick<ModelRoute["targets"][number], "status" | "reason">,
): ModelRoute {
  return { ...row, targets: weighed(row).map((target) => ({ ...target, ...state(target.model) })) };
}
