/** A thread that has begun two requests to the provider `p` and one of the key `k`, and dies of an error. */
import { parentPort, workerData } from "node:worker_threads";
import { LimitBook, SharedLoad } from "@berth/gateway";
import { systemClock } from "@berth/std/clock";
import { Known } from "../workers/known.ts";
import { NewsReader } from "../workers/news-reader.ts";
import type { FromThread, ThreadData } from "../workers/thread-messages.ts";

const data = workerData as ThreadData;
const book = new LimitBook(data.book, data.thread);
const load = new SharedLoad(data.thread);
const known = new Known(book, load, systemClock);
new NewsReader(data.news, data.revision, (news) => known.apply(news));
for (const _ of [1, 2]) load.begin("p", null);
const holder = { keyId: "k", scopes: [], models: null, limits: {}, logBodies: false };
book.admit(holder, { tokensAtMost: 10, costAtMostUsd: 0, gpuSecondsAtMost: 0 }, systemClock.now());
parentPort?.postMessage({ kind: "listening" } satisfies FromThread);
setTimeout(() => {
  throw new Error("something is broken");
}, 10);
