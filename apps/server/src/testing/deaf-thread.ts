/** A thread that listens, and hears nothing any more. */
import { parentPort } from "node:worker_threads";
import type { FromThread } from "../workers/thread-messages.ts";

parentPort?.postMessage({ kind: "listening" } satisfies FromThread);
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
