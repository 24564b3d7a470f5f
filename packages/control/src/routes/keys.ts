import type { Keys } from "../services/keys.ts";
import type { Handlers } from "./handler.ts";

export function keyHandlers(
  keys: Keys,
): Pick<Handlers, "listKeys" | "ownKey" | "createKey" | "updateKey" | "deleteKey"> {
  return {
    listKeys: async () => ({ data: keys.list() }),
    ownKey: async (_, { caller }) => keys.own(caller?.keyId),
    createKey: ({ body }) => keys.create(body),
    updateKey: ({ params, body }) => keys.update(params.id, body),
    deleteKey: ({ params }) => keys.delete(params.id),
  };
}
