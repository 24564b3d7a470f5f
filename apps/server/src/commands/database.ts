import { statSync } from "node:fs";
import { BerthError } from "@berth/api";
import {
  backupOtherFile,
  checkDatabaseFile,
  checkJobsFile,
  checkUsageFile,
  jobsPathOf,
  openSqliteStore,
  parseDatabaseUrl,
  usagePathOf,
} from "@berth/store/sqlite";
import { absolute, readConfig } from "../config.ts";
import { secretKeyFile } from "../home.ts";

/** `berth db check | backup [PATH]`: on the file itself, whether a server runs or not. Exit code 1 when it is not whole. */
export async function database(argv: readonly string[]): Promise<void> {
  const isJson = argv.includes("--json");
  const [verb, ...rest] = argv.filter((word) => word !== "--json");
  const target = rest[0]?.startsWith("--") === false ? rest.shift() : undefined;
  const config = readConfig(rest, process.env);
  const { path } = parseDatabaseUrl(config.settings.BERTH_DATABASE_URL, config.stateDir);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new BerthError("not_found", `there is no database at ${path} yet; berth start makes it`);
  }
  switch (verb) {
    case "check":
      return report(
        path,
        [
          ...(await checkDatabaseFile(path)),
          ...(await checkUsageFile(usagePathOf(path))),
          ...(await checkJobsFile(jobsPathOf(path))),
        ],
        isJson,
      );
    case "backup":
      return backup(path, target, secretKeyFile(config.homeDir), isJson);
    case undefined:
    default:
      throw new BerthError("invalid_request", "say berth db check, or berth db backup [PATH]");
  }
}

function report(path: string, problems: readonly string[], isJson: boolean): void {
  if (isJson) console.log(JSON.stringify({ path, problems }, undefined, 2));
  else if (problems.length === 0) console.log(`${path} is whole`);
  else for (const problem of problems) console.error(`berth: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

async function backup(
  path: string,
  target: string | undefined,
  leftOut: string | undefined,
  isJson: boolean,
): Promise<void> {
  const copy =
    target === undefined
      ? `${path}.${new Date().toISOString().replaceAll(/[:.]/g, "-")}.bak`
      : absolute(target);
  const store = await openSqliteStore({ path });
  try {
    const { sizeBytes } = await store.maintenance.backup(copy);
    await backupOtherFile(usagePathOf(path), `${copy}.usage`);
    await backupOtherFile(jobsPathOf(path), `${copy}.jobs`);
    if (isJson)
      console.log(JSON.stringify({ path: copy, sizeBytes, leftOut: leftOut ?? null }, undefined, 2));
    else {
      console.log(`${copy} (${sizeBytes} bytes)`);
      if (leftOut !== undefined)
        console.log(`Without ${leftOut}, which opens the providers' credentials in it: keep that elsewhere`);
    }
  } finally {
    await store.maintenance.close();
  }
}
