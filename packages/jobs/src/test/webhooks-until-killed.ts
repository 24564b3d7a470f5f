/** A process that ends jobs, tells their webhook, and says which have ended: `node webhooks-until-killed.ts DB URL ROUND`. */
import { writeSync } from "node:fs";
import { systemClock } from "@berth/std/clock";
import type { JobEnding, NewJob } from "@berth/store";
import { openJobStore } from "@berth/store/sqlite";
import { AllowedHosts } from "../webhooks/allowed-hosts.ts";
import { webhookSender } from "../webhooks/send-webhook.ts";
import { Webhooks } from "../webhooks/webhooks.ts";

const [path = "", url = "", round = "", secret = ""] = process.argv.slice(2);
const store = await openJobStore({ path });
const webhooks = new Webhooks({
  store,
  clock: systemClock,
  random: Math.random,
  secrets: async () => [secret],
  send: webhookSender({ allowed: new AllowedHosts(["127.0.0.1:*"]) }),
});

const endings: readonly JobEnding[] = [
  {
    kind: "completed",
    result: {
      status: 200,
      contentType: "application/json",
      body: { kind: "bytes", bytes: Buffer.from("1") },
    },
  },
  {
    kind: "failed",
    error: { code: "handler_failed", message: "it threw", details: null },
    retryAt: null,
  },
];

async function endJobs(letter: string): Promise<void> {
  for (let index = 0; ; index += 1) {
    const now = Date.now();
    const { job } = await store.submit(newJob(`${letter}${round}-${index}`, now), now);
    // maybe one that the process before had no time for
    const [taken] = await store.claim({ endpointId: letter, workerId: "w", limit: 1, leaseMs: 60_000 }, now);
    const id = taken?.job.id ?? job.id;
    const ending = endings[index % (endings.length + 1)];
    if (taken === undefined || ending === undefined) await store.cancel(id, now);
    else await store.finish(taken.lease, ending, now);
    writeSync(1, `${id}\n`);
  }
}

function newJob(id: string, now: number): NewJob {
  return {
    id,
    endpointId: id.slice(0, 1),
    keyId: null,
    priority: 0,
    call: { path: "/predict", contentType: "application/json", body: Buffer.from("{}") },
    availableAt: now,
    expiresAt: now + 1e9,
    executionTimeoutMs: 60_000,
    maxAttempts: 1,
    retentionMs: 1e9,
    deadLetterMs: 1e9,
    idempotency: null,
    webhookUrl: url,
    queueLimit: 1e6,
    keyLimit: 1e6,
    bytesLimit: 1e9,
  };
}

await Promise.all([
  webhooks.keep((error) => {
    throw error;
  }),
  endJobs("a"),
  endJobs("b"),
]);
