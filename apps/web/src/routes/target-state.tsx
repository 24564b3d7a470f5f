import type { ModelRoute, RouteStrategy } from "@berth/api";
import type { Tone } from "../parts/state.tsx";

export type Target = ModelRoute["targets"][number];

interface Sign {
  readonly tone: Tone;
  readonly shape: string;
  readonly word: string;
  readonly rank: number;
}

export const targetSigns: Readonly<Record<Target["status"], Sign>> = {
  missing: { tone: "bad", shape: "✕", word: "Missing", rank: 0 },
  unavailable: { tone: "warn", shape: "▲", word: "Unavailable", rank: 1 },
  starting: { tone: "wait", shape: "◐", word: "Starting", rank: 2 },
  ready: { tone: "ok", shape: "●", word: "Ready", rank: 3 },
};

/** How a route stands: as the best of its targets. */
export function routeState(targets: readonly Target[]): Target["status"] {
  return targets.reduce<Target["status"]>(
    (best, { status }) => (targetSigns[status].rank > targetSigns[best].rank ? status : best),
    "missing",
  );
}

export const strategyWords: Readonly<
  Record<RouteStrategy, { readonly title: string; readonly note: string }>
> = {
  "least-outstanding": {
    title: "Least outstanding",
    note: "Whoever has the fewest requests under way, of the first group that can answer",
  },
  weighted: { title: "Weighted", note: "By chance, in proportion to the weights" },
  priority: {
    title: "Priority",
    note: "The first that can answer and is not full; the next take what is too much",
  },
  "lowest-cost": { title: "Lowest cost", note: "Whoever is cheapest for this request" },
  "prefix-affine": {
    title: "Prefix-affine",
    note: "The same beginning of a chat goes to the same target, up to its share",
  },
};

export const matchWords: Readonly<
  Record<ModelRoute["match"], { readonly title: string; readonly note: string }>
> = {
  exact: { title: "The name itself", note: "Goes before services and models of that name" },
  regex: { title: "Every name that fits", note: "A regular expression, after all exact names" },
  default: { title: "All other names", note: "And requests that name none" },
};
