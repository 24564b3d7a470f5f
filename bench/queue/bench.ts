import { grouped } from "../figures.ts";
import { unless } from "../gateway/start-all.ts";
import type { Bar, Report } from "../report.ts";
import { berth } from "./berth.ts";
import { bullMq } from "./bullmq.ts";
import { claimTimes, many } from "./claims.ts";
import { jobsAWorker, workers, type Contestant } from "./contestant.ts";
import { syncMicroseconds } from "./disk.ts";
import { measure, nothingTaken, submitters, type Taken } from "./measure.ts";
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
    await measureRound(all, missing);
  }
  const results = new Map<Contestant, Result>();
  for (const [contestant, taken] of all) {
    say(`${contestant.name}: claims among ${grouped(many)}`);
    const claim = await unlessPeer(missing, contestant, claimTimes(contestant));
    if (claim !== undefined) results.set(contestant, resultOf(contestant, taken, claim));
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
      "pg-boss tells no submitter of an end, and its workers look now and then: here this process tells both, at once, around its fetch and complete",
    ],
    bars: barsOf(own),
  };
}

/** Everybody in turns, so that what else the machine does hits all alike. Who fails is out. */
async function measureRound(all: Map<Contestant, Taken>, missing: string[]): Promise<void> {
  for (const [contestant, taken] of all) {
    const measured = measure(contestant, taken).then(() => true);
    if ((await unlessPeer(missing, contestant, measured)) === undefined) all.delete(contestant);
  }
}

/** Without Berth itself there is nothing to tell. */
function unlessPeer<T>(
  missing: string[],
  contestant: Contestant,
  measured: Promise<T>,
): Promise<T | undefined> {
  return contestant === berth ? measured : unless(missing, contestant.name, measured);
}

function barsOf({ submits, roundTrips, pickUpMs, claim }: Result): readonly Bar[] {
  const times = timesAsLong(claim);
  const nothing = (claim.nothingMicroseconds ?? Infinity) / claim.manyMicroseconds;
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
    {
      fact: "and one that has no time for any of them takes no longer than one that has",
      measured: nothing.toFixed(2),
      holds: nothing <= 1,
    },
  ];
}

function say(text: string): void {
  console.error(`  ${text}`);
}
