import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Changes } from "../services/changes.ts";
import { Profiles } from "../services/profiles.ts";
import { type FakeSites, fakeSites } from "./sites.ts";

interface Setting {
  readonly file?: string;
  readonly usedBy?: readonly string[];
  readonly workOn?: readonly string[];
  readonly renamed?: (from: string, to: string) => Promise<void>;
}

export interface ProfileWorld extends AsyncDisposable {
  readonly root: string;
  /** Of profiles.cfg. */
  readonly path: string;
  readonly profiles: Profiles;
  readonly sites: FakeSites;
  /** Of a profile that can be made. */
  readonly spec: { readonly schema: string; readonly home: string; readonly cache: string };
  /** Types of the changes told so far. */
  readonly told: readonly string[];
  /** What profiles.cfg holds, with `$` for the folder. */
  text(): Promise<string>;
}

/** A home with a cache directory `shared`; `$` in the file stands for the folder. */
export async function profileWorld({
  file,
  usedBy = [],
  workOn = [],
  renamed = async () => {},
}: Setting = {}): Promise<ProfileWorld> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "berth-profiles-")));
  const path = join(root, "profiles.cfg");
  await mkdir(join(root, "shared"));
  if (file !== undefined) await writeFile(path, file.replaceAll("$", root));
  const changes = new Changes();
  const told: string[] = [];
  const sites = fakeSites();
  changes.subscribe((change) => told.push(change.type));
  return {
    root,
    path,
    told,
    sites,
    profiles: new Profiles({
      path,
      userHome: root,
      changes,
      sites,
      usedBy: async () => usedBy,
      workOn: async () => workOn,
      renamed,
    }),
    spec: { schema: "local", home: join(root, "home"), cache: join(root, "shared") },
    text: async () => (await readFile(path, "utf8")).replaceAll(root, "$"),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

/** Our own form, and Blackfish's; `lab` is the default. */
export const twoProfiles = `# my places
[desk]
schema = local
home = $/desk     
cache: $/shared

; the big one
[lab]
type = local
home_dir = ~/lab
cache_dir = ~/shared
default = yes
colour = green
`;
