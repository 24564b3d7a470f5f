import { appendFile, chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mustRun } from "@berth/e2e/run-program";
import { startPeerServer } from "./peer-server.ts";

const installed = "/usr/lib/postgresql";
const account = "postgres";

export const postgresPackage = {
  name: "postgresql",
  probe: ["sh", "-c", `ls ${installed}/*/bin/initdb`],
  for: "pg-boss in the queue's bench",
} as const;

/** A PostgreSQL of the bench's own, as initdb makes it. Disposing of it ends it. */
export interface Postgres extends AsyncDisposable {
  /** The folder of its socket. */
  readonly host: string;
  readonly user: string;
  readonly database: string;
}

export async function startPostgres(): Promise<Postgres> {
  const versions = await readdir(installed);
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0] ?? "";
  const programs = join(installed, newest, "bin");
  const folder = await mkdtemp(join(tmpdir(), "berth-bench-postgres-"));
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(folder, { recursive: true }));
  const data = join(folder, "data");
  const user = "bench";
  const as = await unprivileged(folder);
  const words = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
  await mustRun([...as, join(programs, "initdb"), "-D", data, "--username", user, ...words], { cwd: folder });
  const settings = [
    "listen_addresses = ''",
    `unix_socket_directories = '${folder}'`,
    "fsync = on",
    "synchronous_commit = on",
  ];
  await appendFile(join(data, "postgresql.conf"), `${settings.join("\n")}\n`);
  cleanUp.use(
    await startPeerServer({
      argv: [...as, join(programs, "postgres"), "-D", data],
      cwd: folder,
      ready: "ready to accept connections",
      endSignal: "SIGQUIT",
    }),
  );
  const kept = cleanUp.move();
  return { host: folder, user, database: "postgres", [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** What has to stand before a command: it refuses to run as root. The folder becomes that account's. */
async function unprivileged(folder: string): Promise<[string, ...string[]] | []> {
  if (process.getuid?.() !== 0) return [];
  const { stdout } = await mustRun(["id", "-u", account]);
  const uid = Number(stdout);
  const gid = Number((await mustRun(["id", "-g", account])).stdout);
  await chown(folder, uid, gid);
  return ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
}
