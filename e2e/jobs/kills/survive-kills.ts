import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { webhookReceiver } from "@berth/testing/webhook-receiver";
import { expect } from "vitest";
import { EndpointRig, echoTemplate } from "../../endpoints/endpoint-rig.ts";
import { mustRun } from "../../run-program.ts";
import { seededRandom } from "../../seeded-random.ts";
import { top } from "../../berth-process.ts";
import { startPullWorker } from "../pull-worker.ts";
import {
  allEnded,
  allJobs,
  allTold,
  noneLostNorDoubled,
  nothingMissed,
  oneResultEach,
} from "./check-jobs.ts";
import { KillLoad } from "./kill-load.ts";
import { RestlessServer } from "./restless-server.ts";

const workFile = join(import.meta.dirname, "../files/work.ts");
const serverEntry = join(top, "apps/server/dist/server.mjs");
/** Silence is a worker's death soon, and a job may have as many attempts as there may be. */
const queue = { leaseSeconds: 5, maxAttempts: 100 };
const longestLifeMs = 800;
const longestStartMs = 900;

export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  /** Fewer kills when the time is over: the figures say how many. */
  readonly mostMs?: number;
}

/**
 * Kills a server under load at random moments, every fourth time amid its start, and starts it again. At the end: no accepted
 * job is lost, none has two results, every webhook was told, no stream misses anything. Resolves to figures in a line.
 */
export async function survivesKills({ kills, seed, mostMs = Infinity }: KillOptions): Promise<string> {
  const random = seededRandom(seed);
  const begun = performance.now();
  await using receiver = await webhookReceiver();
  const server = await RestlessServer.open(["--webhook-allow", `127.0.0.1:${receiver.port}`]);
  const workers: ReturnType<typeof startPullWorker>[] = [];
  try {
    const rig = new EndpointRig(server.berth);
    const scaling = { min: 1, max: 1, concurrency: 8 };
    await rig.deployed("called", { template: echoTemplate(), scaling, queue });
    await rig.call("POST", "/api/v1/endpoints", { name: "taken", visibility: "public", queue });
    const { key } = await rig.call<{ key: string }>("POST", "/api/v1/keys", {
      name: "workers",
      scopes: ["worker"],
    });
    for (let count = 0; count < 2; count += 1)
      workers.push(startPullWorker({ url: server.url, key, endpoint: "taken", file: workFile }));

    const load = new KillLoad({ server, webhook: receiver.url, random });
    let kill = 0;
    while (kill < kills && performance.now() - begun < mostMs) {
      kill += 1;
      if (kill % 4 === 0) await server.startForMs(random() * longestStartMs);
      else {
        if (kill > 1) await server.start();
        await sleep(random() * longestLifeMs);
        await server.kill();
      }
    }
    await server.start();
    const killed = performance.now();
    await load.end();
    await allEnded(server, ["called", "taken"]);
    const jobs = [...(await allJobs(server, "called")), ...(await allJobs(server, "taken"))];
    await noneLostNorDoubled(server, load, jobs);
    await nothingMissed(load);
    await allTold(receiver, load);
    const pids = await oneResultEach(server, load, receiver);
    // replicas and workers have outlived all of it
    expect(pids.size).toBe(1);
    for (const { pid } of workers) expect(() => process.kill(pid, 0)).not.toThrow();
    const check = await mustRun([
      process.execPath,
      serverEntry,
      "db",
      "check",
      "--home-dir",
      server.berth.home,
    ]);
    expect(check.stdout).toContain("is whole");
    const attempts = jobs.map((job) => job.attempts);
    const { lost, repeated, resumed } = load.figures;
    const seconds = (from: number): number => Math.round((performance.now() - from) / 1000);
    const again = attempts.filter((count) => count > 1);
    return [
      `${kill} kills in ${seconds(begun) - seconds(killed)} s, and ${seconds(killed)} s until all had ended and been told`,
      `${load.accepted.size} jobs accepted, and ${jobs.length - load.accepted.size} of the ${load.unsure.size} without a key whose answer was lost`,
      `${lost} answers lost, ${repeated} submissions repeated by their key`,
      `${again.length} jobs tried again, at most ${attempts.reduce((most, count) => Math.max(most, count), 0)} times each`,
      `${load.results.size} results read before the end, all the same after it`,
      `${load.streams.size} streams with ${resumed} breaks amid them`,
      `${receiver.told.length} webhooks told`,
    ].join("; ");
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await server.berth.dispose();
  }
}
