/** The thread that has the queue's file open. What was asked while a commit was under way goes into the next one. */
import { parentPort, workerData } from "node:worker_threads";
import type { ThreadAnswer } from "../thread-calls.ts";
import { tellError } from "../told-error.ts";
import { JobDatabase } from "./job-database.ts";
import { bytesOf } from "./job-bytes.ts";
import type { FromJobThread, JobCare, JobCallOf, JobVerb, ToJobThread } from "./job-messages.ts";

/** A commit of more would keep the first ones waiting. */
const commitCalls = 1_000;
const commitBytes = 16 * 1024 * 1024;

const path = workerData as string;
const database = new JobDatabase(path);
let waiting: { readonly id: number; readonly call: JobCallOf<JobVerb> }[] = [];
let isAwake = false;

parentPort?.on("message", (message: ToJobThread) => {
  switch (message.kind) {
    case "call":
      waiting.push(message);
      return wake();
    case "care":
      // what was asked before is done before
      while (waiting.length > 0) commit();
      return void care(message.care).then(
        (value) => tell([{ id: message.id, ok: true, value }]),
        (error: unknown) => tell([failed(message.id, error)]),
      );
  }
});

function wake(): void {
  if (isAwake) return;
  isAwake = true;
  setImmediate(commit);
}

function commit(): void {
  isAwake = false;
  if (waiting.length === 0) return;
  const batch = waiting.slice(0, countOfCommit());
  const { outcomes, changes } = database.run(batch.map(({ call }) => call));
  waiting = waiting.slice(outcomes.length);
  const answers = outcomes.map((outcome, index): ThreadAnswer => {
    const id = batch[index]?.id ?? 0;
    return outcome.ok ? { id, ok: true, value: outcome.value } : failed(id, outcome.error);
  });
  tell(answers, changes);
  if (waiting.length > 0) wake();
}

/** How many of those that wait go into the next commit at most. */
function countOfCommit(): number {
  let bytes = 0;
  for (const [index, { call }] of waiting.entries()) {
    bytes += bytesOf(call);
    if (index + 1 >= commitCalls || bytes >= commitBytes) return index + 1;
  }
  return waiting.length;
}

async function care(asked: JobCare): Promise<unknown> {
  switch (asked.verb) {
    case "backup":
      return database.backup(asked.target);
    case "check":
      return database.check();
    case "close":
      return database.close();
  }
}

function tell(answers: readonly ThreadAnswer[], changes: FromJobThread["changes"] = []): void {
  parentPort?.postMessage({ answers, changes } satisfies FromJobThread);
}

function failed(id: number, error: unknown): ThreadAnswer {
  return { id, ok: false, error: tellError(error, "the queue", path) };
}
