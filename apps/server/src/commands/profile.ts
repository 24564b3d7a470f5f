import { readFile } from "node:fs/promises";
import { BerthError } from "@berth/api";
import { importProfiles, profileHandlers } from "@berth/control";
import { readConfig } from "../config.ts";
import { type OfflineProfiles, withProfiles } from "./offline-profiles.ts";
import { changeFrom, newProfileFrom, profileOptions } from "./profile-words.ts";
import { sortWords, type Words } from "./words.ts";

/** `berth profile VERB ... --json` without a running server: prints what the management API would answer. */
export async function profile(argv: readonly string[]): Promise<void> {
  const words = sortWords(argv, {
    values: profileOptions,
    switches: ["json", "default", "yes", "no-check", "dry-run", "refresh", "deep"],
  });
  const config = readConfig(words.settings, process.env);
  const answer = await withProfiles(config, (offline) => act(offline, words));
  if (answer !== undefined) console.log(JSON.stringify(answer, undefined, 2));
}

async function act(offline: OfflineProfiles, words: Words): Promise<unknown> {
  const { profiles, sites, care } = offline;
  const [verb, name, to] = words.positionals;
  const named = (): string => {
    if (name !== undefined) return name;
    throw new BerthError("invalid_request", "give the profile's name", { param: "name" });
  };
  const handlers = profileHandlers(profiles, sites, care);
  const context = { requestId: "offline", signal: new AbortController().signal };
  const has = (option: string): boolean => words.switches.has(option);
  switch (verb) {
    case "ls":
      return { data: await profiles.list() };
    case "show":
      return profiles.get(named());
    case "add":
      return profiles.create(newProfileFrom(words, named()));
    case "update":
      return profiles.update(named(), changeFrom(words));
    case "rename":
      return profiles.rename(named(), to ?? "");
    case "default":
      return profiles.setDefault(named());
    case "rm":
      await profiles.delete(named());
      return undefined;
    case "cluster":
      return handlers.getCluster(
        { params: { name: named() }, query: { refresh: "true" }, body: undefined },
        context,
      );
    case "check":
      return handlers.checkProfile(
        { params: { name: named() }, query: undefined, body: { deep: has("deep") } },
        context,
      );
    case "repair":
      return handlers.repairProfile(
        { params: { name: named() }, query: undefined, body: undefined },
        context,
      );
    case "import":
      return {
        data: await importProfiles(profiles, await readFile(named(), "utf8"), { dryRun: has("dry-run") }),
      };
    case undefined:
    default:
      throw new BerthError(
        "invalid_request",
        "say ls, show, add, update, rename, default, rm, cluster, check, repair or import",
      );
  }
}
