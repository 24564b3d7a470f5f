/** The thread that has the ledger's file open: it writes what is handed over, and reads for whoever asks. */
import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { tellError, type ToldError } from "../told-error.ts";
import { readEntries } from "./entry-bytes.ts";
import { UsageDatabase } from "./usage-database.ts";
import type { FromUsageThread, ToUsageThread, UsageCall } from "./usage-messages.ts";

const path = workerData as string;
const database = new UsageDatabase(path);
const tell = (message: FromUsageThread, given: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, given);

parentPort?.on("message", (message: ToUsageThread) => {
  switch (message.kind) {
    case "append":
      return append(message.entries);
    case "call":
      return void answer(message.call).then(
        (value) => tell({ kind: "answered", answer: { id: message.id, ok: true, value } }),
        (error: unknown) =>
          tell({ kind: "answered", answer: { id: message.id, ok: false, error: toldError(error) } }),
      );
  }
});

function append(entries: Uint8Array<ArrayBuffer>): void {
  const { lost, error } = database.append(readEntries(entries));
  const space = entries.buffer;
  tell({ kind: "appended", lost, error: lost === 0 ? undefined : toldError(error), space }, [space]);
}

async function answer(call: UsageCall): Promise<unknown> {
  switch (call.verb) {
    case "listRequests":
      return database.listRequests(...call.args);
    case "getRequest":
      return database.getRequest(...call.args);
    case "groupUsage":
      return database.groupUsage(...call.args);
    case "purge":
      // rows are written in between
      while (database.purgeSome(...call.args)) await setImmediate();
      return undefined;
    case "backup":
      return database.backup(...call.args);
    case "check":
      return database.check();
    case "close":
      return database.close();
  }
}

function toldError(error: unknown): ToldError {
  return tellError(error, "the ledger", path);
}
