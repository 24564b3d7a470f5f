import { cpuSeconds, memoryOf } from "../process-cost.ts";
import { Asker, type Latency } from "./asker.ts";
import type { Contestant } from "./contestant.ts";
import type { Load } from "./load.ts";
import type { Asked } from "./request.ts";

const connections = 32;
const fewConnections = 16;
/** Whoever has rested finds its pace again first, in each of its threads. */
const warmSeconds = 1;
const loadSeconds = 3;
const fewSeconds = 2;
const turns = 10;
const requestsATurn = 30;

/** All that was taken of one contestant, one entry a round (loads) or a request (latencies). */
export interface Taken {
  readonly perSecond: number[];
  readonly microsecondsEach: number[];
  /** At 16 connections. */
  readonly p50Ms: number[];
  readonly p99Ms: number[];
  /** At one connection. */
  readonly whole: Latency[];
  readonly stream: Latency[];
}

export function nothingTaken(): Taken {
  return { perSecond: [], microsecondsEach: [], p50Ms: [], p99Ms: [], whole: [], stream: [] };
}

/** One round: everybody in turns, so that what else the machine does hits all alike. */
export async function measureRound(all: ReadonlyMap<Contestant, Taken>, load: Load): Promise<void> {
  for (const [contestant, taken] of all) {
    await load(contestant.whole, connections, warmSeconds);
    const pids = await contestant.processes();
    const before = await processorSeconds(pids);
    const { perSecond } = await load(contestant.whole, connections, loadSeconds);
    const seconds = (await processorSeconds(pids)) - before;
    taken.perSecond.push(perSecond);
    taken.microsecondsEach.push((seconds / (perSecond * loadSeconds)) * 1e6);
    const few = await load(contestant.whole, fewConnections, fewSeconds);
    taken.p50Ms.push(few.p50Ms);
    taken.p99Ms.push(few.p99Ms);
  }
  for (const kind of ["whole", "stream"] as const) await askInTurns(all, { kind });
}

async function askInTurns(
  all: ReadonlyMap<Contestant, Taken>,
  asked: Asked & { readonly kind: "whole" | "stream" },
): Promise<void> {
  const askers = [...all].map(([contestant, taken]) => ({
    asker: new Asker(contestant[asked.kind], asked),
    taken: taken[asked.kind],
  }));
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const { asker, taken } of askers) {
      for (let count = 0; count < requestsATurn; count += 1) {
        const latency = await asker.ask();
        // the first turn also connects and warms up
        if (turn > 0) taken.push(latency);
      }
    }
  }
  for (const { asker } of askers) asker.close();
}

async function processorSeconds(pids: readonly number[]): Promise<number> {
  return sum(await Promise.all(pids.map((pid) => cpuSeconds(pid))));
}

export async function residentMiB(contestant: Contestant): Promise<number> {
  const pids = await contestant.processes();
  return sum((await Promise.all(pids.map((pid) => memoryOf(pid)))).map((memory) => memory.residentMiB));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
