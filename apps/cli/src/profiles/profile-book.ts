import type { Profile } from "@berth/api";
import type { Client } from "@berth/client";
import type { Cli } from "../cli.ts";
import { readServerFile } from "../connection/server-file.ts";
import { given } from "../connection/home.ts";
import { CliError } from "../exit.ts";
import { offlineProfiles } from "./offline-profiles.ts";

export interface NewProfile {
  readonly name: string;
  readonly schema: "local";
  readonly home: string;
  readonly cache: string;
  readonly default: boolean;
}

export interface ProfileChange {
  readonly home?: string;
  readonly cache?: string;
}

/** The profiles of a home, whoever keeps them at the moment. */
export interface ProfileBook {
  list(): Promise<readonly Profile[]>;
  get(name: string): Promise<Profile>;
  add(profile: NewProfile): Promise<Profile>;
  update(name: string, change: ProfileChange): Promise<Profile>;
  rename(name: string, to: string): Promise<Profile>;
  setDefault(name: string): Promise<Profile>;
  remove(name: string): Promise<void>;
}

/** The running server's; with none running and none named, the home's own, by the server's program. */
export function openProfileBook(cli: Cli): ProfileBook {
  const { url } = cli.options;
  const isNamed = (url ?? given(cli.io.env["BERTH_URL"])) !== undefined;
  if (isNamed || readServerFile(cli.homeDir) !== undefined) return serverProfiles(cli.client());
  return offlineProfiles(cli);
}

/** The profile of that name, or the default one. */
export async function namedOrDefault(book: ProfileBook, name: string | undefined): Promise<Profile> {
  if (name !== undefined) return book.get(name);
  const found = (await book.list()).find((profile) => profile.default);
  if (found === undefined)
    throw new CliError("notFound", "there is no default profile; name one, or run `berth init`");
  return found;
}

function serverProfiles(client: Client): ProfileBook {
  return {
    list: async () => (await client.listProfiles()).data,
    get: (name) => client.getProfile({ params: { name } }),
    add: ({ name, default: isDefault, ...spec }) =>
      client.createProfile({ body: { name, spec, ...(isDefault ? { default: true } : {}) } }),
    update: (name, change) => client.updateProfile({ params: { name }, body: change }),
    rename: (name, to) => client.renameProfile({ params: { name }, body: { to } }),
    setDefault: (name) => client.setDefaultProfile({ params: { name } }),
    remove: (name) => client.deleteProfile({ params: { name } }),
  };
}
