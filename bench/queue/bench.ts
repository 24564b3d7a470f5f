import { grouped } from "../figures.ts";
import { unless } from "../gateway/start-all.ts";
import type { Bar, Report } from "../report.ts";
import { berth } from "./berth.ts";
import { bullMq } from "./bullmq.ts";
import { claimTimes, many } from "./claims.ts";
import { jobsAWorker, workers, type Contestant } from "./contestant.ts";
import { syncMicroseconds } from "./disk.ts";
import { measureRound, nothingTaken, submitters, type Taken } from "./measure.ts";
import { pgBoss } from "./pg-boss.ts";
import { resultOf, tableHead, tableRow, timesAsLong, type Result } from "./table.ts";

const rounds = 3;

const leastSubmits = 3_000;
const leastRoundTrips = 1_500;
const mostPickUpMs = 10;
const mostTimesAsLong = 1.2;

/** The durable queue without HTTP, beside BullMQ and pg-boss on servers that the bench starts, all in turns in one run. */
export async function queue(): Promise<Report> {
  const missing: string[] = [];
  const bull = (await unless(missing, "BullMQ", bullMq())) ?? [];
  const boss = await unless(missing, "pg-boss", pgBoss());
  const contestants = [berth, ...bull, ...(boss === undefined ? [] : [boss])];
  const sync = await syncMicroseconds();

  const all = new Map<Contestant, Taken>(contestants.map((contestant) => [contestant, nothingTaken()]));
  for (let round = 1; round <= rounds; round += 1) {
    say(`round ${round} of ${rounds}`);
    await measureRound(all);
  }
  const results = new Map<Contestant, Result>();
  for (const [contestant, taken] of all) {
    say(`${contestant.name}: claims among ${grouped(many)}`);
    results.set(contestant, resultOf(contestant, taken, await claimTimes(contestant)));
  }
  const own = results.get(berth);
  if (own === undefined) throw new Error("Berth was not measured");
  return {
    title: `queue: ${submitters} submitters, ${workers} workers of ${jobsAWorker} jobs, medians of ${rounds} rounds in turns`,
    head: tableHead,
    rows: [...results.values()].map((result) => tableRow(result, own)),
    notes: [
      ...missing,
      `a page is on this disk after ${grouped(sync)} us (median)`,
      "round trips: from a submit until its submitter is told that the empty handler's result is stored",
      "picked up: from a submit until a worker that waits begins its job, one at a time",
      "all clients are in this process; Redis and PostgreSQL are processes beside it, reached by a socket",
      "pg-boss tells nobody of a job or its end at once: here this process does, between its own calls",
    ],
    bars: barsOf(own),
  };
}

function barsOf({ submits, roundTrips, pickUpMs, claim }: Result): readonly Bar[] {
  const times = timesAsLong(claim);
  return [
    {
      fact: `at least ${grouped(leastSubmits)} durable submits a second`,
      measured: grouped(submits),
      holds: submits >= leastSubmits,
    },
    {
      fact: `at least ${grouped(leastRoundTrips)} round trips a second`,
      measured: grouped(roundTrips),
      holds: roundTrips >= leastRoundTrips,
    },
    {
      fact: `at most ${mostPickUpMs} ms (p50) from a submit to a waiting worker's beginning`,
      measured: pickUpMs.toFixed(2),
      holds: pickUpMs <= mostPickUpMs,
    },
    {
      fact: `a claim among ${grouped(many)} queued jobs takes at most ${mostTimesAsLong} times as long`,
      measured: times.toFixed(2),
      holds: times <= mostTimesAsLong,
    },
  ];
}

function say(text: string): void {
  console.error(`  ${text}`);
}
