/** A thread that makes requests of one token, up to five under way, until none is admitted, and tells how many were. */
import { parentPort, workerData } from "node:worker_threads";
import type { Admission } from "../key-limits/admission.ts";
import { type BookMemory, LimitBook } from "../key-limits/limit-book.ts";

const { memory, thread, gate, slot, now } = workerData as {
  memory: BookMemory;
  thread: number;
  /** Threads that have yet to come; they begin together. */
  gate: Int32Array;
  slot: number;
  now: number;
};
const book = new LimitBook(memory, thread);
book.know("k", slot);
const holder = { keyId: "k", scopes: [], models: null, limits: {}, logBodies: false };
const used = { tokens: 1, costUsd: 0, gpuSeconds: 0 };
const underWay: Admission[] = [];
let admitted = 0;
Atomics.sub(gate, 0, 1);
while (Atomics.load(gate, 0) > 0) Atomics.wait(gate, 0, Atomics.load(gate, 0), 1);
for (;;) {
  const decision = book.admit(holder, { tokensAtMost: 1, costAtMostUsd: 0, gpuSecondsAtMost: 0 }, now);
  if (decision.kind === "refused") break;
  underWay.push(decision.admission);
  admitted += 1;
  if (underWay.length === 5) underWay.shift()?.settle(used, now);
}
for (const admission of underWay) admission.settle(used, now);
parentPort?.postMessage(admitted);
