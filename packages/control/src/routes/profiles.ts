import type { Profiles } from "../services/profiles.ts";
import type { Handlers } from "./handler.ts";

type ProfileRoute =
  | "listProfiles"
  | "createProfile"
  | "getProfile"
  | "updateProfile"
  | "renameProfile"
  | "setDefaultProfile"
  | "deleteProfile";

export function profileHandlers(profiles: Profiles): Pick<Handlers, ProfileRoute> {
  return {
    listProfiles: async () => ({ data: await profiles.list() }),
    createProfile: ({ body }) => profiles.create(body),
    getProfile: ({ params }) => profiles.get(params.name),
    updateProfile: ({ params, body }) => profiles.update(params.name, body),
    renameProfile: ({ params, body }) => profiles.rename(params.name, body.to),
    setDefaultProfile: ({ params }) => profiles.setDefault(params.name),
    deleteProfile: ({ params }) => profiles.delete(params.name),
  };
}
