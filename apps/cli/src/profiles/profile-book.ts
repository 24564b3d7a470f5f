import type {
  Check,
  Cluster,
  ImportedProfile,
  Profile,
  ProfileSpec,
  RepairStep,
  UpdateProfile,
} from "@berth/api";
import type { clusterFields } from "@berth/api/cluster-fields";
import type { Client } from "@berth/client";
import type { Cli } from "../cli.ts";
import { readServerFile } from "../connection/server-file.ts";
import { given } from "../connection/home.ts";
import { CliError } from "../exit.ts";
import { offlineProfiles } from "./offline-profiles.ts";

export type ClusterFieldValues = Partial<Readonly<Record<(typeof clusterFields)[number], string>>>;

/** As it was said; whoever keeps the profiles judges it. */
export interface NewProfile extends ClusterFieldValues {
  readonly name: string;
  readonly schema: "local" | "slurm";
  readonly home: string;
  readonly cache: string;
  readonly default: boolean;
  /** Of a cluster: false adds it unseen. */
  readonly check?: boolean;
}

/** What is absent stays; an empty value takes a field away. */
export interface ProfileChange extends ClusterFieldValues {
  readonly home?: string;
  readonly cache?: string;
  readonly check?: boolean;
}

/** A file to import profiles from. */
export interface ImportFile {
  readonly path: string;
  readonly text: string;
  readonly dryRun: boolean;
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
  import(file: ImportFile): Promise<readonly ImportedProfile[]>;
  /** Of a cluster: what it has. */
  cluster(name: string, refresh: boolean): Promise<Cluster>;
  check(name: string, deep: boolean): Promise<readonly Check[]>;
  repair(name: string): Promise<readonly RepairStep[]>;
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
    add: ({ name, default: isDefault, check, ...spec }) =>
      client.createProfile({
        body: {
          name,
          // said in words, and judged by the server
          spec: spec as ProfileSpec,
          ...(isDefault ? { default: true } : {}),
          ...(check === undefined ? {} : { check }),
        },
      }),
    update: (name, change) => client.updateProfile({ params: { name }, body: withNulls(change) }),
    rename: (name, to) => client.renameProfile({ params: { name }, body: { to } }),
    setDefault: (name) => client.setDefaultProfile({ params: { name } }),
    remove: (name) => client.deleteProfile({ params: { name } }),
    import: async ({ text, dryRun }) => (await client.importProfiles({ body: { text, dryRun } })).data,
    cluster: (name, refresh) =>
      client.getCluster({ params: { name }, query: refresh ? { refresh: "true" } : {} }),
    check: async (name, deep) => (await client.checkProfile({ params: { name }, body: { deep } })).data,
    repair: async (name) => (await client.repairProfile({ params: { name } })).data,
  };
}

function withNulls(change: ProfileChange): UpdateProfile {
  const said = Object.entries(change).map(([field, value]) => [field, value === "" ? null : value]);
  return Object.fromEntries(said) as UpdateProfile;
}
