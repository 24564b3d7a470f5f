/** The thread that has the queue's file open. What was asked while a commit was under way goes into the next one. */
import { parentPort, workerData } from "node:worker_threads";
import type { ThreadAnswer } from "../thread-calls.ts";
import { tellError } from "../told-error.ts";
import { JobDatabase } from "./job-database.ts";
import { JobLine } from "./job-line.ts";
import type { FromJobThread, JobCare, ToJobThread } from "./job-messages.ts";

const path = workerData as string;
const database = new JobDatabase(path);
const line = new JobLine();
let isAwake = false;

parentPort?.on("message", (message: ToJobThread) => {
  switch (message.kind) {
    case "call":
      line.add(message);
      return wake();
    case "care":
      // what was asked before is done before
      while (!line.isEmpty) commit();
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
  if (line.isEmpty) return;
  const batch = line.next();
  const { outcomes, changes } = database.run(batch.map(({ call }) => call));
  line.done(batch.slice(0, outcomes.length));
  const answers = outcomes.map((outcome, index): ThreadAnswer => {
    const id = batch[index]?.id ?? 0;
    return outcome.ok ? { id, ok: true, value: outcome.value } : failed(id, outcome.error);
  });
  tell(answers, changes);
  if (!line.isEmpty) wake();
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
