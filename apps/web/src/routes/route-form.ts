import type { CreateModelRoute, ModelRoute, RouteStrategy, RouteTarget, UpdateModelRoute } from "@berth/api";
import { given } from "../api/given.ts";
import { numberText, readNumber } from "../format/read-number.ts";

/** One target as the dialog's row has it. */
export interface TargetRow {
  readonly id: string;
  readonly model: string;
  readonly weight: string;
  readonly group: number;
}

/** What stands in the dialog's fields. */
export interface RouteForm {
  readonly name: string;
  readonly match: ModelRoute["match"];
  readonly strategy: RouteStrategy;
  /** In the order in which they are tried: groups ascend. */
  readonly targets: readonly TargetRow[];
  readonly retries: string;
  readonly firstTokenSeconds: string;
  readonly caches: "no" | "deterministic" | "all";
  readonly cacheMinutes: string;
  readonly logBodies: boolean;
}

export const blankRouteForm: RouteForm = {
  name: "",
  match: "exact",
  strategy: "least-outstanding",
  targets: [],
  retries: "",
  firstTokenSeconds: "",
  caches: "no",
  cacheMinutes: "60",
  logBodies: false,
};

/** The form of a route as it is. */
export function routeForm(route: ModelRoute): RouteForm {
  const { name, match, strategy, targets, retries, firstTokenSeconds, cache, logBodies } = route;
  return {
    name,
    match,
    strategy,
    targets: inGroups(
      targets.map(({ model, weight, group }, index) => ({
        id: `${index} ${model}`,
        model,
        weight: weight === 1 ? "" : String(weight),
        group,
      })),
    ),
    retries: numberText(retries),
    firstTokenSeconds: numberText(firstTokenSeconds),
    caches: cache?.which ?? "no",
    cacheMinutes: cache === null ? blankRouteForm.cacheMinutes : numberText(cache.ttlSeconds / 60),
    logBodies,
  };
}

/** The route that the form describes; what was left empty is the server's own choice. */
export function routeSpec(form: RouteForm): CreateModelRoute {
  const { match, strategy, logBodies } = form;
  const cache = cacheOf(form);
  return {
    name: form.name.trim(),
    match,
    strategy,
    targets: targetsOf(form),
    ...given({
      retries: readNumber(form.retries),
      firstTokenSeconds: readNumber(form.firstTokenSeconds),
      cache,
    }),
    ...(logBodies ? { logBodies } : {}),
  };
}

/** What the form says in place of the route's present values; a field that was emptied takes its value away. */
export function routeChange(form: RouteForm): UpdateModelRoute {
  const { match, strategy, logBodies } = form;
  return {
    match,
    strategy,
    targets: targetsOf(form),
    ...given({ retries: readNumber(form.retries) }),
    firstTokenSeconds: readNumber(form.firstTokenSeconds) ?? null,
    cache: cacheOf(form) ?? null,
    logBodies,
  };
}

function targetsOf({ targets }: RouteForm): RouteTarget[] {
  return targets.map(({ model, weight, group }) => ({
    model,
    ...given({ weight: readNumber(weight) }),
    group,
  }));
}

function cacheOf({ caches, cacheMinutes }: RouteForm): CreateModelRoute["cache"] {
  if (caches === "no") return undefined;
  return { ttlSeconds: Math.round((readNumber(cacheMinutes) ?? 60) * 60), which: caches };
}

/** With one more target, in the last group; with `priority` in a group of its own behind it. */
export function withTarget(form: RouteForm, model: string, id: string): readonly TargetRow[] {
  const last = form.targets.at(-1)?.group;
  const group = last === undefined ? 0 : form.strategy === "priority" ? last + 1 : last;
  return [...form.targets, { id, model, weight: "", group }];
}

/** The target half a step earlier or later: out of a group that it shares, into one of its own; then into the next. */
export function moved(targets: readonly TargetRow[], id: string, by: -1 | 1): readonly TargetRow[] {
  const target = targets.find((one) => one.id === id);
  if (target === undefined) return targets;
  const shares = targets.some((one) => one !== target && one.group === target.group);
  const neighbour = target.group + by;
  if (!shares && !targets.some(({ group }) => group === neighbour)) return targets;
  const group = shares ? target.group + by / 2 : neighbour;
  return inGroups(targets.map((one) => (one === target ? { ...one, group } : one)));
}

/** Without the target; empty groups close up. */
export function without(targets: readonly TargetRow[], id: string): readonly TargetRow[] {
  return inGroups(targets.filter((one) => one.id !== id));
}

/** By group, the groups numbered from 0 without gaps. */
export function inGroups<T extends { readonly group: number }>(targets: readonly T[]): readonly T[] {
  const groups = [...new Set(targets.map(({ group }) => group))].toSorted((a, b) => a - b);
  return targets
    .map((one) => ({ ...one, group: groups.indexOf(one.group) }))
    .toSorted((a, b) => a.group - b.group);
}
