import { homedir } from "node:os";
import { join } from "node:path";
import { BerthError, type Profile } from "@berth/api";
import { ensureAdminKey } from "@berth/control";
import { readConfig } from "../config.ts";
import { readHomeId } from "../home.ts";
import { ensureFirstProfile } from "../profiles.ts";
import { withProfiles } from "./offline-profiles.ts";
import { newProfileFrom, profileOptions } from "./profile-words.ts";
import { sortWords } from "./words.ts";

/**
 * `berth init --yes [--name NAME] [--home DIR] [--cache DIR] [--schema slurm --host HOST ...]`: home, admin key and first profile. What is there already
 * stays as it is; asking is the CLI's.
 */
export async function init(argv: readonly string[]): Promise<void> {
  const words = sortWords(argv, {
    values: ["name", ...profileOptions],
    switches: ["yes", "json", "no-check"],
  });
  const config = readConfig(words.settings, process.env);
  const { values } = words;
  const profile = await withProfiles(config, async ({ profiles }): Promise<Profile> => {
    const isNamed = values.size > 0;
    if (!isNamed) {
      const made = await ensureFirstProfile(profiles, config, process.env);
      const [first] = await profiles.list();
      const found = made ?? (await profiles.list()).find((one) => one.default) ?? first;
      if (found === undefined)
        throw new BerthError(
          "unprocessable",
          "profiles.cfg holds no profile; add one with berth profile add",
        );
      return found;
    }
    const given = newProfileFrom(words, values.get("name") ?? "default");
    const { spec } = given;
    const home = spec.home === "" && spec.schema === "local" ? config.homeDir : spec.home;
    const cache = spec.cache === "" && spec.schema === "local" ? home : spec.cache;
    return profiles.create({ ...given, default: true, spec: { ...spec, home, cache } });
  });
  await readHomeId(config.homeDir);
  const keyPath = join(config.homeDir, "admin.key");
  await ensureAdminKey({ path: keyPath, fromEnv: config.settings.BERTH_AUTH_TOKEN });
  if (words.switches.has("json")) {
    console.log(JSON.stringify({ homeDir: config.homeDir, keyFile: keyPath, profile }, undefined, 2));
    return;
  }
  const short = (path: string): string =>
    path.startsWith(`${homedir()}/`) ? `~${path.slice(homedir().length)}` : path;
  console.log(`home     ${short(config.homeDir)}`);
  console.log(
    `profile  ${profile.name} (${profile.schema}: home ${short(profile.home)}, cache ${short(profile.cache)})`,
  );
  console.log(`key      ${short(keyPath)}`);
  console.log("\nNext: berth start");
}
