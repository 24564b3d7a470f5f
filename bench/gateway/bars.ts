import { grouped } from "../figures.ts";
import type { Bar } from "../report.ts";
import { isHeld } from "./paced-streams.ts";
import type { Result } from "./results.ts";
import { pacedText } from "./table.ts";

/** Results by the part they play; `undefined` for who is missing, whose bars are left out. */
export interface Played {
  readonly alone: Result | undefined;
  readonly floor: Result | undefined;
  readonly portkey: Result | undefined;
  readonly liteLlm: Result | undefined;
  readonly managed: Result | undefined;
  readonly oneWorker: Result | undefined;
  readonly twoWorkers: Result | undefined;
  /** The whole of `berth start`. */
  readonly servers: readonly Result[];
}

const leastPerSecond = 8_000;
const leastOfFloor = 0.25;
const leastOfPortkey = 8;
const leastOfLiteLlm = 10;
const leastOfManaged = 1.2;
const mostP50Ms = 0.2;
const mostP99Ms = 1;
const mostFirstTokenMs = 0.3;
const mostDelayedPart = 0.001;
const wantedStreams = 2_000;
const mostMiB = 200;
const mostOfOneWorker = 1.15;

/** What the gateway promises, beside what was measured. */
export function barsOf(played: Played): readonly Bar[] {
  const { alone, floor, portkey, liteLlm, managed, servers } = played;
  if (alone === undefined) return [];
  const { perSecond, addedMs, delayedPart, paced } = alone;
  const most = paced.at(-1);
  return [
    {
      fact: `at least ${grouped(leastPerSecond)} requests/s in one process`,
      measured: grouped(perSecond),
      holds: perSecond >= leastPerSecond,
    },
    ...ratio("nginx's requests/s", floor, leastOfFloor, (one) => perSecond / one.perSecond),
    ...ratio("Portkey's requests/s", portkey, leastOfPortkey, (one) => perSecond / one.perSecond),
    // it may use more than one core
    ...ratio(
      "LiteLLM's requests a core-second",
      liteLlm,
      leastOfLiteLlm,
      (one) => one.microsecondsEach / alone.microsecondsEach,
    ),
    ...ratio(
      "llama-swap's requests/s by its managed route",
      managed,
      leastOfManaged,
      (one) => perSecond / one.perSecond,
    ),
    atMost("added at 1 connection (p50)", addedMs.one.p50, mostP50Ms),
    atMost("added at 1 connection (p99)", addedMs.one.p99, mostP99Ms),
    atMost("added to a stream's first token (p50)", addedMs.firstToken.p50, mostFirstTokenMs),
    {
      fact: "nothing waits 38 to 44 ms",
      measured: `${(delayedPart * 100).toFixed(2)} % more than directly`,
      holds: delayedPart <= mostDelayedPart,
    },
    {
      fact: `${grouped(wantedStreams)} streams of 20 events a second, none lost or 100 ms late`,
      measured: most === undefined ? "not measured" : pacedText(most),
      holds: most !== undefined && most.streams >= wantedStreams && isHeld(most),
    },
    ...workersCost(played),
    // the gateway alone runs from its source, whose reader takes memory of its own; each thread has a heap
    ...servers
      .filter((one) => one !== played.twoWorkers)
      .map(({ name, residentMiB }) => ({
        fact: `${name}: at most ${mostMiB} MiB resident after all of it`,
        measured: `${residentMiB.toFixed(0)} MiB`,
        holds: residentMiB <= mostMiB,
      })),
  ];
}

function workersCost({ oneWorker, twoWorkers }: Played): readonly Bar[] {
  if (oneWorker === undefined || twoWorkers === undefined) return [];
  const times = twoWorkers.microsecondsEach / oneWorker.microsecondsEach;
  return [
    {
      fact: `processor time of a request at 2 workers: at most ${mostOfOneWorker} x that at 1`,
      measured: times.toFixed(2),
      holds: times <= mostOfOneWorker,
    },
  ];
}

function ratio(
  what: string,
  other: Result | undefined,
  least: number,
  read: (other: Result) => number,
): readonly Bar[] {
  if (other === undefined) return [];
  const value = read(other);
  return [{ fact: `at least ${least} x ${what}`, measured: value.toFixed(2), holds: value >= least }];
}

function atMost(what: string, ms: number, most: number): Bar {
  return { fact: `${what}: at most ${most} ms`, measured: `${ms.toFixed(3)} ms`, holds: ms <= most };
}
