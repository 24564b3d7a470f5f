import { BerthError, type RequestDetails, type Routes, type UsageRow } from "@berth/api";
import type { MockHandler } from "./handler.ts";
import type { World } from "./world.ts";

type UsageHandlers = {
  readonly [N in "getUsage" | "listRequests" | "getRequest"]: MockHandler<Routes[N]>;
};

type Filter = {
  readonly key?: string | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly route?: string | undefined;
  readonly outcome?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

const hourMs = 3_600_000;

export const usageHandlers: UsageHandlers = {
  getUsage: ({ query: { by, model, ...filter } }, world) => {
    const groups = new Map<string | number, RequestDetails[]>();
    for (const one of matching(world, filter)) {
      if (model !== undefined && model !== countedModel(one)) continue;
      const group = groupOf(world, one, by);
      groups.set(group, [...(groups.get(group) ?? []), one]);
    }
    return { data: [...groups].map(([group, requests]) => row(group, requests)) };
  },
  listRequests: ({ query: { limit, cursor, ...filter } }, world) => {
    const all = matching(world, filter);
    const first = Number(cursor ?? 0);
    const next = first + limit;
    return { data: all.slice(first, next), next: next < all.length ? String(next) : null };
  },
  getRequest: ({ params }, world) => {
    const found = world.requests.find(({ id }) => id === params.id);
    if (found === undefined)
      throw new BerthError(
        "not_found",
        `there is no request ${params.id}: it has not ended, is older than BERTH_USAGE_DAYS, or never was`,
        { param: "id" },
      );
    return found;
  },
};

function matching(world: World, filter: Filter): RequestDetails[] {
  const { key, model, provider, route, outcome, from = 0, to = Infinity } = filter;
  const keyId = world.keys.find(({ id, name }) => id === key || name === key)?.id ?? key;
  return world.requests.filter(
    (one) =>
      one.startedAt >= from &&
      one.startedAt < to &&
      (keyId === undefined || one.keyId === keyId) &&
      (model === undefined || one.model === model) &&
      (provider === undefined || one.provider === provider) &&
      (route === undefined || one.route === route) &&
      (outcome === undefined || one.outcome === outcome),
  );
}

function groupOf(
  world: World,
  one: RequestDetails,
  by: "model" | "key" | "provider" | "route" | "day" | "hour",
): string | number {
  const { keyId, provider, route, startedAt } = one;
  switch (by) {
    case "model":
      return countedModel(one);
    case "key":
      return world.keys.find(({ id }) => id === keyId)?.name ?? keyId;
    case "provider":
      return provider ?? "";
    case "route":
      return route ?? "";
    case "hour":
      return Math.floor(startedAt / hourMs) * hourMs;
    case "day":
      return Math.floor(startedAt / (24 * hourMs)) * 24 * hourMs;
  }
}

/** What a route took is added up under the route's name. */
function countedModel({ model, route }: RequestDetails): string {
  return route ?? model;
}

function row(group: string | number, requests: readonly RequestDetails[]): UsageRow {
  const sum = (value: (one: RequestDetails) => number | null): number =>
    requests.reduce((total, one) => total + (value(one) ?? 0), 0);
  const at = (share: number, value: (one: RequestDetails) => number | null): number | null => {
    const known = requests.map(value).filter((one) => one !== null);
    return known.toSorted((a, b) => a - b)[Math.floor((known.length - 1) * share)] ?? null;
  };
  return {
    group,
    requests: requests.length,
    errors: requests.filter(({ outcome }) => outcome === "error").length,
    inputTokens: sum((one) => one.inputTokens),
    outputTokens: sum((one) => one.outputTokens),
    cachedTokens: sum((one) => one.cachedTokens),
    reasoningTokens: sum((one) => one.reasoningTokens),
    costUsd: sum((one) => one.costUsd),
    gpuSeconds: sum((one) => one.gpuSeconds),
    firstTokenP50Ms: at(0.5, (one) => one.firstTokenMs),
    firstTokenP99Ms: at(0.99, (one) => one.firstTokenMs),
    durationP50Ms: at(0.5, (one) => one.durationMs),
    durationP99Ms: at(0.99, (one) => one.durationMs),
  };
}
