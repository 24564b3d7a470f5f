import type { Providers } from "../providers/providers.ts";
import type { Handlers } from "./handler.ts";

type ProviderRoute =
  | "listProviders"
  | "createProvider"
  | "getProvider"
  | "updateProvider"
  | "deleteProvider"
  | "testProvider";

export function providerHandlers(providers: Providers): Pick<Handlers, ProviderRoute> {
  return {
    listProviders: async () => ({ data: providers.list() }),
    createProvider: ({ body }) => providers.create(body),
    getProvider: async ({ params }) => providers.get(params.name),
    updateProvider: ({ params, body }) => providers.update(params.name, body),
    deleteProvider: ({ params }) => providers.delete(params.name),
    testProvider: ({ params }, { signal }) => providers.test(params.name, signal),
  };
}
