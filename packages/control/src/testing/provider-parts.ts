import type { ModelRouteRow, ProviderRow } from "@berth/store";
import { type ConfiguredRoute, configuredRoute } from "../providers/configured-route.ts";
import { type RoutedProvider, routedProvider } from "../providers/routed-provider.ts";

/** Providers and routes for tests: plausible in everything but what is given. */

export function providerRow(row: Partial<ProviderRow> = {}): ProviderRow {
  return {
    id: "pv1",
    name: "lab",
    kind: "openai-compatible",
    url: "http://gpu1:8000/v1",
    models: [{ name: "llama" }],
    discover: true,
    credential: { kind: "none" },
    auth: null,
    options: {},
    anyPath: false,
    maxParallel: null,
    connectSeconds: null,
    firstTokenSeconds: null,
    enabled: true,
    found: null,
    createdAt: 1,
    updatedAt: 1,
    ...row,
  };
}

export function routed(row: Partial<ProviderRow>, isDown = false): RoutedProvider {
  return routedProvider(providerRow(row), { kind: "none" }, isDown, undefined);
}

export function route(row: Partial<ModelRouteRow>): ConfiguredRoute {
  return configuredRoute(
    {
      name: "chat",
      match: "exact",
      strategy: "least-outstanding",
      targets: [{ model: "lab/llama" }],
      retries: 1,
      firstTokenSeconds: null,
      cache: null,
      logBodies: false,
      createdAt: 1,
      updatedAt: 1,
      ...row,
    },
    undefined,
  );
}
