import Database from "better-sqlite3";
import { expect, test } from "vitest";
import type { JobFilter } from "../../job-store.ts";
import { temporaryJobs } from "../../testing/temporary-jobs.ts";
import { JobReadingTables } from "./read-jobs.ts";

const endpointId = "end-1";
const keyId = "key-1";
const status = "FAILED";

test.each<[string, Omit<JobFilter, "limit">]>([
  ["all", {}],
  ["an endpoint's", { endpointId }],
  ["those in a status", { status }],
  ["an endpoint's in a status", { endpointId, status }],
  ["a key's", { keyId }],
  ["a key's in a status", { keyId, status }],
  ["a key's of an endpoint", { endpointId, keyId }],
  ["dead letters", { deadLetters: true }],
  ["an endpoint's dead letters", { endpointId, deadLetters: true }],
  ["a key's dead letters", { keyId, deadLetters: true }],
])("a page of %s is read off an index, from its end", async (_fact, filter) => {
  await using given = await temporaryJobs();
  const asked: string[] = [];
  using database = disposable(new Database(given.path, { verbose: (sql) => asked.push(String(sql)) }));
  new JobReadingTables(database.of).listJobs({ ...filter, limit: 100 });
  const plan = database.of.prepare(`explain query plan ${asked.at(-1)}`).all() as { detail: string }[];
  const details = plan.map(({ detail }) => detail).join("; ");
  expect(details).not.toContain("TEMP B-TREE");
  const [, index] = /USING INDEX (\w+)/.exec(details) ?? [];
  if (Object.keys(filter).length === 0) return;
  // no row is read to be passed over
  const columns = database.of.prepare(`select name from pragma_index_info('${index}')`).pluck().all();
  const asks = { endpointId: "endpoint_id", keyId: "key_id", status: "status", deadLetters: "seq" };
  for (const name of Object.keys(filter)) expect(columns).toContain(asks[name as keyof typeof asks]);
  if (filter.deadLetters === true) expect(index).toContain("jobs_dead");
});

function disposable(of: Database.Database) {
  return { of, [Symbol.dispose]: () => of.close() };
}
