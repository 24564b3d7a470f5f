import { join } from "node:path";
import { createClient } from "@berth/client";
import { startBerth, top, waitForService, type Berth } from "@berth/e2e/berth-process";
import { tinyPdf } from "@berth/testing/tiny-documents";
import { grouped, median } from "./figures.ts";
import type { Report } from "./report.ts";

/** The seed's shape: a paper of 30 pages, 10 streams, and a model that writes 8 tokens a second in each of them. */
const pages = 30;
const streams = 10;
const linesPerPage = 40;
const wordsPerLine = 12;
/** Faster than the seed's model by four: what is measured is the waiting in between. */
const firstMs = 200;
const tokenMs = 31.25;
const tokens = 100;
const runs = 3;
const leastEfficiency = 0.95;

const callMs = firstMs + (tokens - 1) * tokenMs;
const waves = Math.ceil(pages / streams);

interface Measured {
  /** Until the first call may begin: sending, reading, counting, packing. */
  readonly readyMs: number;
  readonly readingMs: number;
  readonly wholeMs: number;
  readonly calls: number;
  readonly rounds: number;
  readonly completionTokens: number;
}

/** How little is lost between calls: a summary's time beside that of its calls, all streams always busy. */
export async function summarize(): Promise<Report> {
  const berth = await startBerth({ demo: false });
  try {
    await launchPaced(berth);
    const measured: Measured[] = [];
    for (let run = 0; run < runs; run += 1) measured.push(await summarizeOnce(berth));
    return reportOf(measured);
  } finally {
    await berth.dispose();
  }
}

async function launchPaced(berth: Berth): Promise<void> {
  const script = join(top, "packages/testing/src/paced-model-main.ts");
  const paces = [firstMs, tokenMs, tokens].map(String);
  const response = await berth.fetch("/api/v1/services", {
    method: "POST",
    body: JSON.stringify({
      name: "paced",
      model: "paced-model",
      image: "command",
      command: { argv: [process.execPath, script, "{port}", ...paces], healthPath: "/health" },
    }),
  });
  if (!response.ok) throw new Error(await response.text());
  await waitForService(berth, "paced");
}

async function summarizeOnce(berth: Berth): Promise<Measured> {
  const line = (page: number, at: number): string =>
    `Line ${at} of page ${page} tells of ships that lie in harbour.`;
  const paper = tinyPdf(
    Array.from({ length: pages }, (_, page) =>
      Array.from({ length: linesPerPage }, (__, at) => line(page, at)),
    ),
  );
  const client = createClient({ baseUrl: berth.url, key: berth.adminKey });
  const body = {
    model: "paced",
    file: [{ name: "paper.pdf", bytes: paper }],
    parallel: streams,
    // a page each, which the double counts by words
    partTokens: linesPerPage * wordsPerLine + 5,
  };
  const sentMs = performance.now();
  let begunMs: number | undefined;
  let readMs: number | undefined;
  let rounds = 0;
  for await (const event of client.summarize({ body })) {
    begunMs ??= performance.now();
    if (event.type === "progress") {
      rounds = event.round + 1;
      if (event.round === 0 && event.partsTotal !== pages) throw new Error(`${event.partsTotal} parts`);
      if (event.round > 0) readMs ??= performance.now();
    }
    if (event.type !== "done") continue;
    return {
      readyMs: begunMs - sentMs,
      readingMs: (readMs ?? Number.NaN) - begunMs,
      wholeMs: performance.now() - begunMs,
      calls: event.usage.calls,
      rounds,
      completionTokens: event.usage.completionTokens,
    };
  }
  throw new Error("the summary broke off");
}

function reportOf(measured: readonly Measured[]): Report {
  const of = (pick: (one: Measured) => number): number => median(measured.map(pick));
  const ms = (value: number): string => `${grouped(value)} ms`;
  const idealMs = waves * callMs;
  const efficiency = idealMs / of(({ readingMs }) => readingMs);
  const rounds = of((one) => one.rounds);
  const idealWholeMs = idealMs + (rounds - 1) * callMs;
  const perSecond = of(({ completionTokens, wholeMs }) => (completionTokens * 1000) / wholeMs);
  return {
    title: `summarize: a paper of ${pages} pages, ${streams} streams of ${1000 / tokenMs} tokens/s, median of ${runs}`,
    head: ["", "ideal", "measured", "efficiency"],
    rows: [
      [
        `${pages} parts read, ${waves} calls' time`,
        ms(idealMs),
        ms(of((one) => one.readingMs)),
        efficiency.toFixed(3),
      ],
      [
        `with ${rounds - 1} rounds of merging`,
        ms(idealWholeMs),
        ms(of((one) => one.wholeMs)),
        (idealWholeMs / of((one) => one.wholeMs)).toFixed(3),
      ],
    ],
    notes: [
      `before the first call (sending, reading the PDF, counting, packing): ${ms(of((one) => one.readyMs))}`,
      `${of((one) => one.calls)} calls, ${grouped(of((one) => one.completionTokens))} tokens written, ${grouped(perSecond)} tokens/s`,
      "the model is a double that keeps its pace: how fast a real one writes is the model's and its machine's",
    ],
    bars: [
      {
        fact: `reading takes no longer than its calls' time / ${leastEfficiency}`,
        measured: efficiency.toFixed(3),
        holds: efficiency >= leastEfficiency,
      },
    ],
  };
}
