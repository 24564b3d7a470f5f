import { join } from "node:path";
import { systemClock } from "@berth/std/clock";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { claim, endpointId } from "../../testing/job-acts.ts";
import { connect } from "../connection.ts";
import { prepareDatabaseFile } from "../database-file.ts";
import { systemProbe } from "../file-system.ts";
import { migrate } from "../migrate.ts";
import { jobMigrations } from "./job-migrations.ts";
import { openJobStore } from "./open-jobs.ts";

test.each(jobMigrations.slice(0, -1).map(({ version, name }) => [version, name]))(
  "a queue of version %d (%s) opens, and its jobs are done",
  async (version) => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "jobs.db");
    await prepareDatabaseFile(path, systemProbe);
    const before = connect(path);
    await migrate(
      before,
      jobMigrations.filter((one) => one.version <= version),
      systemClock,
    );
    before.database.exec(
      `insert into jobs (id, endpoint_id, key_id, status, ready, priority, path, input_type, input_bytes, created_at,
         available_at, expires_at, execution_timeout_ms, retention_ms, dead_letter_ms, max_attempts, attempt, tries,
         is_dead_letter, events, streamed_bytes)
       values ('a', '${endpointId}', 'key-1', 'QUEUED', 1, 0, '/predict', 'application/json', 2, 0, 0, 1000000, 10000, 1, 1, 3, 0, 0, 0, 0, 0);
       insert into job_calls values (1, x'7b7d')`,
    );
    before.database.close();
    const jobs = await openJobStore({ path });
    expect((await jobs.counts()).get(endpointId)).toMatchObject({ QUEUED: 1, ready: 1 });
    const [taken] = await jobs.claim(claim, 1);
    expect(taken).toMatchObject({ job: { id: "a", attempts: 1 }, executionTimeoutMs: 10_000 });
    await jobs.close();
  },
);
