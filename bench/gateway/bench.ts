import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackages } from "../../tools/debian-packages.ts";
import type { Report } from "../report.ts";
import { Asker } from "./asker.ts";
import { barsOf } from "./bars.ts";
import type { Contestant } from "./contestant.ts";
import { hasWrk, loadByThisProcess, loadByWrk, type Load } from "./load.ts";
import { measureRound, nothingTaken, residentMiB, type Taken } from "./measure.ts";
import { climb } from "./paced-streams.ts";
import { resultOf, type Result } from "./results.ts";
import { everybody, layGround, startAll } from "./start-all.ts";
import { pacedNote, tableHead, tableRow } from "./table.ts";
import { writePicture } from "./write-picture.ts";

const rounds = 3;

/** The gateway beside its floor and its peers on one job, all in turns in one run. A picture is drawn where one is asked for. */
export async function gateway({ picture }: { readonly picture?: string | undefined } = {}): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "berth-bench-gateway-"));
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(folder, { recursive: true, force: true }));
  const missing = [...installPackages(say, peerPackages)];
  const ground = await layGround(folder, cleanUp, missing);
  const field = await startAll(ground, missing);
  const load = hasWrk() ? loadByWrk(folder) : loadByThisProcess;

  const all = new Map<Contestant, Taken>();
  for (const contestant of everybody(field)) {
    try {
      await warmUp(contestant, load);
      all.set(contestant, nothingTaken());
    } catch (error) {
      missing.push(`${contestant.name} fails under load: ${String(error)}`);
    }
  }
  for (let round = 1; round <= rounds; round += 1) {
    say(`round ${round} of ${rounds}`);
    await measureRound(all, load);
  }
  const direct = all.get(field.direct) ?? nothingTaken();
  const results: Result[] = [];
  for (const [contestant, taken] of all) {
    say(`${contestant.name}: paced streams`);
    const isOwn = contestant === field.alone || field.servers.includes(contestant);
    const paced = await climb(contestant.stream, isOwn || contestant === field.direct);
    results.push(resultOf(contestant, taken, direct, paced, await residentMiB(contestant)));
  }
  if (picture !== undefined) await writePicture(picture, results);
  const of = (contestant: { readonly name: string } | undefined) =>
    results.find(({ name }) => name === contestant?.name);
  return {
    title: `gateway: 1 kB in, 0.5 kB out, ${rounds} rounds in turns; ${hasWrk() ? "asked by wrk" : "wrk is missing: asked by this process"}`,
    head: tableHead,
    rows: results.map((result) => tableRow(result, of(field.floor))),
    notes: [
      ...missing,
      "requests/s and processor time: 32 connections that ask again at once; us each: all processes of the contestant, no upstream",
      "+ms: more than the upstream asked directly, at 1 connection one request at a time, at 16 at full speed",
      "streams: of 20 events a second, the most of which no event was lost or more than 100 ms late after the upstream wrote it",
      ...results.flatMap(pacedNote),
      '"berth start, runner" has its upstream behind a runner, whose cost is not counted; its upstream is the slower one that streams',
    ],
    bars: barsOf({
      alone: of(field.alone),
      floor: of(field.floor),
      portkey: of(field.portkey),
      liteLlm: of(field.liteLlm),
      managed: of(field.llamaSwapManaged),
      oneWorker: of(field.oneWorker),
      twoWorkers: of(field.twoWorkers),
      servers: field.servers.map(of).filter((one) => one !== undefined),
    }),
  };
}

const peerPackages = [
  { name: "nginx-light", probe: ["nginx", "-v"], for: "the floor of the gateway's bench" },
  { name: "wrk", probe: ["which", "wrk"], for: "the load of the gateway's bench" },
  { name: "python3-venv", probe: ["python3", "-c", "import venv, ensurepip"], for: "LiteLLM in the bench" },
] as const;

async function warmUp({ whole, stream }: Contestant, load: Load): Promise<void> {
  const asker = new Asker(stream, { kind: "stream" });
  await asker.ask();
  asker.close();
  // until what runs often is compiled, in each thread
  await load(whole, 32, 4);
}

function say(text: string): void {
  console.error(`  ${text}`);
}
