import type { H2ogptImport } from "../h2ogpt/import-h2ogpt.ts";
import type { Providers } from "../providers/providers.ts";
import type { Handlers } from "./handler.ts";

type ProviderRoute =
  | "listProviders"
  | "createProvider"
  | "importProviders"
  | "getProvider"
  | "updateProvider"
  | "deleteProvider"
  | "testProvider";

export function providerHandlers(providers: Providers, h2ogpt: H2ogptImport): Pick<Handlers, ProviderRoute> {
  return {
    listProviders: async () => ({ data: providers.list() }),
    createProvider: ({ body }) => providers.create(body),
    importProviders: ({ body }, { signal }) => h2ogpt.run(body, signal),
    getProvider: async ({ params }) => providers.get(params.name),
    updateProvider: ({ params, body }) => providers.update(params.name, body),
    deleteProvider: ({ params }) => providers.delete(params.name),
    testProvider: ({ params }, { signal }) => providers.test(params.name, signal),
  };
}
