import type { Check, Cluster, ErrorBody, ImportedProfile, Profile, RepairStep } from "@berth/api";
import type { Cli } from "../cli.ts";
import { CliError, exitCodes, type ExitReason } from "../exit.ts";
import { askServerProgram } from "../server-entry.ts";
import { optionWords } from "./option-words.ts";
import type { ProfileBook } from "./profile-book.ts";

/**
 * Profiles without a running server: `berth-server profile VERB ... --json` does the work by the same rules, and prints
 * what the management API would answer, refusals included.
 */
export function offlineProfiles(cli: Cli): ProfileBook {
  const ask = async (...words: readonly string[]): Promise<unknown> => {
    const { exitCode, stdout, stderr } = await askServerProgram(["profile", ...words, "--json"], {
      ...process.env,
      BERTH_HOME_DIR: cli.homeDir,
    });
    const answer = parse(stdout);
    if (exitCode === exitCodes.ok) return answer;
    const refusal = (answer as Partial<ErrorBody> | undefined)?.error?.message;
    const said = stderr.trim().replace(/^berth(-server)?: /, "");
    throw new CliError(
      reasonOf(exitCode),
      refusal ?? (said === "" ? `the server's program ended with ${exitCode}` : said),
    );
  };
  const one = (...words: readonly string[]): Promise<Profile> => ask(...words) as Promise<Profile>;
  return {
    list: async () => ((await ask("ls")) as { data: readonly Profile[] }).data,
    get: (name) => one("show", name),
    add: ({ name, default: isDefault, ...said }) =>
      one("add", name, ...optionWords({ ...said, ...(isDefault ? { default: true } : {}) })),
    update: (name, change) => one("update", name, ...optionWords({ ...change })),
    rename: (name, to) => one("rename", name, to),
    setDefault: (name) => one("default", name),
    remove: async (name) => {
      await ask("rm", name);
    },
    import: async ({ path, dryRun }) =>
      ((await ask("import", path, ...(dryRun ? ["--dry-run"] : []))) as { data: readonly ImportedProfile[] })
        .data,
    cluster: (name) => ask("cluster", name) as Promise<Cluster>,
    check: async (name, deep) =>
      ((await ask("check", name, ...(deep ? ["--deep"] : []))) as { data: readonly Check[] }).data,
    repair: async (name) => ((await ask("repair", name)) as { data: readonly RepairStep[] }).data,
  };
}

function parse(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError("failed", "the server's program printed something else than JSON", { cause });
  }
}

function reasonOf(exitCode: number): ExitReason {
  const reasons = Object.entries(exitCodes) as [ExitReason, number][];
  return reasons.find(([reason, code]) => code === exitCode && reason !== "ok")?.[0] ?? "failed";
}
