import { median } from "../figures.ts";
import type { Contestant, OpenQueue } from "./contestant.ts";

export const submitters = 64;
const warmSeconds = 1;
const seconds = 3;
const pickUps = 200;
const warmPickUps = 20;

/** All that was taken of one contestant, one entry a round. */
export interface Taken {
  readonly submits: number[];
  readonly roundTrips: number[];
  /** From a submit to the beginning of its job by a worker that waits: the median. */
  readonly pickUpMs: number[];
}

export function nothingTaken(): Taken {
  return { submits: [], roundTrips: [], pickUpMs: [] };
}

/** One round of one contestant; each measurement begins with an empty queue. */
export async function measure(contestant: Contestant, taken: Taken): Promise<void> {
  taken.submits.push(await withQueue(contestant, (queue) => warmRate(() => queue.submit())));
  taken.roundTrips.push(await withQueue(contestant, roundTrips));
  taken.pickUpMs.push(await withQueue(contestant, pickUpMs));
}

async function withQueue<T>(contestant: Contestant, measure: (queue: OpenQueue) => Promise<T>): Promise<T> {
  await using queue = await contestant.open();
  return await measure(queue);
}

async function roundTrips(queue: OpenQueue): Promise<number> {
  await using _ = await queue.startWorkers(() => undefined);
  return await warmRate(async () => (await queue.submit()).ended());
}

async function pickUpMs(queue: OpenQueue): Promise<number> {
  let began: () => void = () => undefined;
  await using _ = await queue.startWorkers(() => began());
  const took: number[] = [];
  for (let count = 0; count < warmPickUps + pickUps; count += 1) {
    const beginning = new Promise<void>((resolve) => (began = resolve));
    const since = performance.now();
    const [job] = await Promise.all([
      queue.submit(),
      beginning.then(() => void took.push(performance.now() - since)),
    ]);
    await job.ended();
  }
  return median(took.slice(warmPickUps));
}

/** A second, by so many at once who each wait for one before the next. */
async function warmRate(act: () => Promise<unknown>): Promise<number> {
  await rate(act, warmSeconds);
  return rate(act, seconds);
}

async function rate(act: () => Promise<unknown>, forSeconds: number): Promise<number> {
  let done = 0;
  const began = performance.now();
  const actAll = async (): Promise<void> => {
    while (performance.now() - began < forSeconds * 1000) {
      await act();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: submitters }, actAll));
  return (done / (performance.now() - began)) * 1000;
}
