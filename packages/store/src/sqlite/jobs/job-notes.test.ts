import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { endpointId } from "../../testing/job-acts.ts";
import { newJob, temporaryJobs } from "../../testing/temporary-jobs.ts";
import { JobNotes } from "./job-notes.ts";
import type { JobRow } from "./job-row.ts";

test("what a commit would have changed is forgotten with it: a job that was submitted and claimed leaves no trace", async () => {
  await using given = await temporaryJobs();
  await given.jobs.submit(newJob({ id: "before", keyId: "key-2" }), 0);
  const database = new Database(given.path);
  const notes = new JobNotes(database);
  const row = database.prepare("select * from jobs").get() as JobRow;
  database.close();
  const seen = () => ({ queued: notes.queued(endpointId, "key-1"), counts: notes.counts() });
  const before = structuredClone(seen());
  const mark = notes.length;
  const submitted = { ...row, id: "a", key_id: "key-1", input_bytes: 100 };
  notes.moved(submitted, undefined, "READY");
  notes.moved(submitted, "READY", "RUNNING");
  notes.backTo(mark);
  expect(seen()).toEqual(before);
  expect(notes.take()).toEqual([]);
});
