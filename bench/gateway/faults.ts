import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faults, moments } from "@berth/gateway/fault-matrix";
import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { chatReply } from "@berth/testing/fake-model-server-script";
import type { Report } from "../report.ts";
import { startGatewayAlone } from "./berth.ts";
import type { Contestant, Ground } from "./contestant.ts";
import { askCell, patienceMs, type Seen } from "./faults/ask-cell.ts";
import { seenWords, soonMs } from "./faults/seen-words.ts";
import { startLlamaSwap } from "./peers/llama-swap.ts";
import { startPortkey } from "./peers/portkey.ts";
import { unless } from "./start-all.ts";

/** A machine that is busy can make anybody late, but not early. */
const tries = 3;

const cells = Object.entries(faults).flatMap(([fault, byMoment]) =>
  moments.flatMap((moment) => {
    const cell = byMoment[moment];
    return cell === undefined ? [] : [{ fault, moment, cell }];
  }),
);

/** The cells of the gateway's fault matrix with Berth's gateway, Portkey and llama-swap in turn before the same server. */
export async function gatewayFaults(): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "berth-bench-faults-"));
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(folder, { recursive: true, force: true }));
  let script = chatReply("Hi");
  const server = cleanUp.use(await startFakeModelServer({ script: () => script }));
  const { port } = server;
  const missing: string[] = [];
  const field = await startField({ folder, cleanUp, wholePort: port, streamPort: port }, missing);
  const seen: (readonly string[])[] = [];
  for (const { name, stream } of field) {
    console.error(`  ${name}`);
    const words: string[] = [];
    for (const { moment, cell } of cells) {
      ({ script } = cell);
      words.push(seenWords(cell, await askUntilSoon(() => askCell(server, stream, moment, cell))));
    }
    seen.push(words);
  }
  const all = cells.map(({ fault, moment }, at) => [fault, moment, ...seen.map((words) => words[at] ?? "")]);
  const differing = cells.filter(
    ({ cell }, at) => cell.seen.cancels !== true && seen[0]?.[at] !== cell.seen.words,
  );
  const late = cells.filter(
    ({ cell }, at) =>
      cell.seen.cancels === true && seen[0]?.[at]?.endsWith(`let go within ${soonMs} ms`) !== true,
  );
  return {
    title:
      "gateway-faults: what a client sees when something goes wrong, and whether the upstream is let go when the client leaves",
    isMarkdown: true,
    head: ["", "when", ...field.map(({ name }) => name)],
    rows: all.filter((row) => !isSameForAll(row)),
    notes: [
      ...missing,
      `the same bytes for everybody: ${namesOf(cells.filter((_cell, at) => isSameForAll(all[at])))}`,
      `everybody's deadlines are as they come; whoever gets nothing for ${patienceMs / 1000} s leaves`,
      `let go: the upstream's connection is closed, counted from the client's leaving, the soonest of ${tries}`,
    ],
    bars: [
      {
        fact: "Berth's answers are those of its matrix",
        measured: allBut(differing),
        holds: differing.length === 0,
      },
      {
        fact: `Berth lets the upstream go within ${soonMs} ms`,
        measured: allBut(late),
        holds: late.length === 0,
      },
    ],
  };
}

async function startField(ground: Ground, missing: string[]): Promise<readonly Contestant[]> {
  const own = await startGatewayAlone(ground);
  const portkey = await unless(missing, "Portkey", startPortkey(ground));
  const llamaSwap = await unless(missing, "llama-swap", startLlamaSwap(ground));
  return [own, ...(portkey === undefined ? [] : [portkey]), ...(llamaSwap ?? [])];
}

/** Asks again when the upstream was let go, but late. */
async function askUntilSoon(ask: () => Promise<Seen>): Promise<Seen> {
  let best = await ask();
  for (let asked = 1; asked < tries && isLate(best); asked += 1) {
    const next = await ask();
    if (lateness(next) < lateness(best)) best = next;
  }
  return best;
}

function isLate(seen: Seen): boolean {
  return lateness(seen) > soonMs && Number.isFinite(seen.letGoMs);
}

function lateness({ letGoMs = 0 }: Seen): number {
  return letGoMs;
}

function isSameForAll(row: readonly string[] | undefined): boolean {
  return row?.slice(2).every((words) => words === "the same bytes") === true;
}

function namesOf(found: typeof cells): string {
  const byFault = Map.groupBy(found, ({ fault }) => fault);
  return [...byFault]
    .map(([fault, some]) => `${fault} (${some.map(({ moment }) => moment).join(", ")})`)
    .join(", ");
}

function allBut(found: typeof cells): string {
  return found.length === 0 ? "all" : `all but ${namesOf(found)}`;
}
