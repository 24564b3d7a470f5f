import { queryOptions } from "@tanstack/react-query";
import { client } from "../api/client.ts";
import { queryKeys } from "../api/queries.ts";

export const secretsQuery = queryOptions({
  queryKey: queryKeys.secrets,
  queryFn: async ({ signal }) => (await client.listSecrets({ signal })).data,
});

export const presetsQuery = queryOptions({
  queryKey: queryKeys.presets,
  queryFn: async ({ signal }) => (await client.listHardwarePresets({ signal })).data,
});
