import type { ModelRoute } from "@berth/api";

const dayMs = 24 * 60 * 60_000;

export function typicalRoutes(now: number): ModelRoute[] {
  return [
    modelRoute(now, {
      name: "chat",
      targets: [
        target("pilot"),
        target("gpu1/meta-llama/Llama-3.1-70B-Instruct"),
        target("openai/gpt-4o-mini", { group: 1 }),
      ],
      retries: 2,
      firstTokenSeconds: 20,
    }),
    modelRoute(now, {
      name: "gpt-4.*",
      match: "regex",
      strategy: "weighted",
      targets: [
        target("openai/gpt-4o", { weight: 3 }),
        target("h2ogpt/h2oai/h2ogpt-4096-llama2-70b-chat", {
          status: "unavailable",
          reason: "h2ogpt is down: `berth provider test h2ogpt` says why",
        }),
      ],
      cache: { ttlSeconds: 3600, which: "deterministic" },
      logBodies: true,
    }),
    modelRoute(now, {
      name: "rest",
      match: "default",
      strategy: "priority",
      targets: [
        target("plain-gull", { status: "starting", reason: "loading 62 %" }),
        target("small", {
          group: 1,
          status: "missing",
          reason: "no service and no model of a provider has this name",
        }),
      ],
    }),
  ];
}

function target(
  model: string,
  parts: Partial<ModelRoute["targets"][number]> = {},
): ModelRoute["targets"][number] {
  return { model, weight: 1, group: 0, status: "ready", reason: null, ...parts };
}

export function modelRoute(now: number, parts: Partial<ModelRoute>): ModelRoute {
  return {
    name: "chat",
    match: "exact",
    strategy: "least-outstanding",
    targets: [target("pilot")],
    retries: 1,
    firstTokenSeconds: null,
    cache: null,
    logBodies: false,
    createdAt: now - 6 * dayMs,
    updatedAt: now - dayMs,
    ...parts,
  };
}
