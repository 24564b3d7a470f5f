import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "../report.ts";
import type { Contestant } from "./contestant.ts";
import { hasWrk, loadByThisProcess, loadByWrk, type Load } from "./load.ts";
import { residentMiB } from "./measure.ts";
import { pacedStreams } from "./paced-streams.ts";
import { slopeOf, type Sample } from "./slope.ts";
import { layGround, startOwn } from "./start-all.ts";

const connections = 8;
const streams = 50;
const loadSeconds = 20;
const samplePauseMs = 5_000;
const slopeMinutes = 10;
const mostSlopeMiB = 1;

/** Holds requests and streams on the gateway and the server for so many minutes, and looks at how their memory grows. */
export async function holdGateway(minutes: number): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "berth-bench-hold-"));
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(folder, { recursive: true, force: true }));
  const missing: string[] = [];
  const own = await startOwn(await layGround(folder, cleanUp, missing), missing);
  const load = hasWrk() ? loadByWrk(folder) : loadByThisProcess;
  const untilMs = performance.now() + minutes * 60_000;
  const held = await Promise.all([own.alone, ...own.servers].map((one) => hold(one, load, untilMs)));
  return {
    title: `gateway, held for ${minutes} minutes: ${connections} connections at full speed and ${streams} streams each`,
    head: ["", "requests", "MiB at first", "at last", "most", `MiB in ${slopeMinutes} minutes`],
    rows: held.map(({ name, requests, samples, slopeMiB }) => {
      const sizes = samples.map(({ mebibytes }) => mebibytes);
      const shown = [sizes[0] ?? Number.NaN, sizes.at(-1) ?? Number.NaN, Math.max(...sizes)];
      return [
        name,
        Math.round(requests).toLocaleString("en"),
        ...shown.map((size) => size.toFixed(0)),
        slopeMiB.toFixed(2),
      ];
    }),
    notes: [...missing, "the slope is that of the last two thirds: until then the heap finds its size"],
    bars: held.map(({ name, slopeMiB }) => ({
      fact: `${name}: under ${mostSlopeMiB} MiB more in ${slopeMinutes} minutes`,
      measured: slopeMiB.toFixed(2),
      holds: slopeMiB < mostSlopeMiB,
    })),
  };
}

interface Held {
  readonly name: string;
  readonly requests: number;
  readonly samples: readonly Sample[];
  readonly slopeMiB: number;
}

async function hold(contestant: Contestant, load: Load, untilMs: number): Promise<Held> {
  const samples: Sample[] = [];
  let requests = 0;
  const isOver = (): boolean => performance.now() >= untilMs;
  const ask = async (): Promise<void> => {
    while (!isOver()) {
      const { perSecond } = await load(contestant.whole, connections, loadSeconds);
      requests += perSecond * loadSeconds;
    }
  };
  const stream = async (): Promise<void> => {
    while (!isOver()) await pacedStreams(contestant.stream, streams);
  };
  const look = async (): Promise<void> => {
    while (!isOver()) {
      await sleep(samplePauseMs);
      samples.push({ minute: performance.now() / 60_000, mebibytes: await residentMiB(contestant) });
    }
  };
  await Promise.all([ask(), stream(), look()]);
  const settled = samples.slice(Math.floor(samples.length / 3));
  return { name: contestant.name, requests, samples, slopeMiB: slopeOf(settled) * slopeMinutes };
}
