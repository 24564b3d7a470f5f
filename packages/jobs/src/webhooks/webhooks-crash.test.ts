import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { hasJobEnded, type Job } from "@berth/api";
import { systemClock } from "@berth/std/clock";
import { openJobStore } from "@berth/store/sqlite";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { isSignedWith, webhookReceiver } from "@berth/testing/webhook-receiver";
import { expect, test } from "vitest";
import { AllowedHosts } from "./allowed-hosts.ts";
import { webhookSender } from "./send-webhook.ts";
import { Webhooks } from "./webhooks.ts";

const program = fileURLToPath(new URL("../test/webhooks-until-killed.ts", import.meta.url));
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

test("killed -9 between an end and its telling, again and again, every end is told, by one id each", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "jobs.db");
  let isWell = false;
  let held = 0;
  const toKill = new Map<number, () => void>();
  // while it is not well, each third is answered with 500, and each third never
  await using receiver = await webhookReceiver((_, response) => {
    if (isWell) return void response.end();
    toKill.get(receiver.told.length)?.();
    const mood = receiver.told.length % 3;
    if (mood === 0) response.writeHead(500).end();
    else if (mood === 1) response.end();
    else held += 1;
  });

  const ended = new Set<string>();
  for (let round = 0; round < 4; round += 1) {
    const child = spawn(process.execPath, [program, path, receiver.url, String(round), secret], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    const kill = (): void => void child.kill("SIGKILL");
    // amid ends in two rounds, at the very moment that a webhook is being told in the others
    if (round % 2 === 1) toKill.set(receiver.told.length + 3 + round, kill);
    let seen = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      seen += chunk.toString().split("\n").length - 1;
      if (round % 2 === 0 && seen >= 10 + 17 * round) kill();
    });
    const lines = (await text(child.stdout)).split("\n").slice(0, -1);
    expect(await exited).toEqual([null, "SIGKILL"]);
    for (const id of lines) ended.add(id);
  }
  expect(held).toBeGreaterThan(0);

  isWell = true;
  const store = await openJobStore({ path });
  expect(await store.check()).toEqual([]);
  // hours later: every lease is over, every pause too
  const webhooks = new Webhooks({
    store,
    clock: { ...systemClock, now: () => Date.now() + 7_200_000 },
    random: () => 0,
    secrets: async () => [secret],
    send: webhookSender({ allowed: new AllowedHosts(["127.0.0.1:*"]) }),
  });
  const troubles: unknown[] = [];
  const keeping = webhooks.keep((error) => troubles.push(error));
  const { jobs } = await store.listJobs({ limit: 10_000 });
  const over = jobs.filter(({ status }) => hasJobEnded(status));
  for (const { id } of over)
    while ((await webhooks.deliveries(id)).some(({ status }) => status !== "delivered")) await turn();
  webhooks.close();
  await keeping;
  await store.close();

  expect(troubles).toEqual([]);
  expect(ended.size).toBeGreaterThan(50);
  expect(over.map(({ id }) => id)).toEqual(expect.arrayContaining([...ended]));
  expect(receiver.told.filter((told) => !isSignedWith(secret, told))).toEqual([]);
  const ids = new Map<string, Set<unknown>>();
  for (const { headers, body } of receiver.told) {
    const { id, status } = JSON.parse(body) as Pick<Job, "id" | "status">;
    ids.set(id, (ids.get(id) ?? new Set()).add(headers["webhook-id"]));
    expect(status, id).toBe(over.find((job) => job.id === id)?.status);
  }
  expect([...ids.keys()].toSorted()).toEqual(over.map(({ id }) => id).toSorted());
  expect([...ids.values()].filter(({ size }) => size !== 1)).toEqual([]);
}, 120_000);
