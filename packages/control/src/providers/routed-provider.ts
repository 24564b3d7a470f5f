import type { ProviderAuth, ProviderModel, ProviderTarget } from "@berth/api";
import type { ProviderRow } from "@berth/store";
import { providerModels } from "./provider-models.ts";

/** A provider as the routes need it: one that is switched on. */
export interface RoutedProvider {
  readonly target: ProviderTarget;
  readonly models: readonly ProviderModel[];
  readonly isDown: boolean;
  readonly anyPath: boolean;
  readonly createdAtMs: number;
}

/** `before` itself, or its target, where nothing of it has changed. */
export function routedProvider(
  row: ProviderRow,
  auth: ProviderAuth,
  isDown: boolean,
  before: RoutedProvider | undefined,
): RoutedProvider {
  const target = same(
    {
      providerId: row.id,
      provider: row.name,
      kind: row.kind,
      url: row.url,
      auth,
      options: row.options,
      maxParallel: row.maxParallel,
      connectMs: row.connectSeconds === null ? null : row.connectSeconds * 1000,
      firstTokenMs: row.firstTokenSeconds === null ? null : row.firstTokenSeconds * 1000,
    },
    before?.target,
  );
  return same(
    {
      target,
      models: same(providerModels(row), before?.models),
      isDown,
      anyPath: row.anyPath,
      createdAtMs: row.createdAt,
    },
    before,
  );
}

function same<T>(now: T, before: T | undefined): T {
  return before !== undefined && JSON.stringify(now) === JSON.stringify(before) ? before : now;
}
