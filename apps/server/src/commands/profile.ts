import { BerthError, profileSpecSchema } from "@berth/api";
import type { Profiles } from "@berth/control";
import { readConfig } from "../config.ts";
import { withProfiles } from "./offline-profiles.ts";
import { sortWords, type Words } from "./words.ts";

/** `berth profile VERB ... --json` without a running server: prints what the management API would answer. */
export async function profile(argv: readonly string[]): Promise<void> {
  const words = sortWords(argv, {
    values: ["schema", "home", "cache"],
    switches: ["json", "default", "yes"],
  });
  const config = readConfig(words.settings, process.env);
  const answer = await withProfiles(config, (profiles) => act(profiles, words));
  if (answer !== undefined) console.log(JSON.stringify(answer, undefined, 2));
}

async function act(profiles: Profiles, words: Words): Promise<unknown> {
  const [verb, name, to] = words.positionals;
  const named = (): string => {
    if (name !== undefined) return name;
    throw new BerthError("invalid_request", "give the profile's name", { param: "name" });
  };
  const home = words.values.get("home");
  const cache = words.values.get("cache");
  switch (verb) {
    case "ls":
      return { data: await profiles.list() };
    case "show":
      return profiles.get(named());
    case "add":
      return profiles.create({
        name: named(),
        default: words.switches.has("default"),
        spec: profileSpecSchema.parse({ schema: words.values.get("schema") ?? "local", home, cache }),
      });
    case "update":
      return profiles.update(named(), { home, cache });
    case "rename":
      return profiles.rename(named(), to ?? "");
    case "default":
      return profiles.setDefault(named());
    case "rm":
      await profiles.delete(named());
      return undefined;
    case undefined:
    default:
      throw new BerthError("invalid_request", "say ls, show, add, update, rename, default or rm");
  }
}
