import type { IncomingHttpHeaders } from "node:http";
import { BerthError, csrfHeader, isBerthError, type CreateSummary, type SummaryEvent } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { prepareSummary, readInProcess, runSummary, type Atom, type DocumentFile } from "@berth/summarize";
import type { Summarize } from "../http/management.ts";
import { loopbackCalls } from "./loopback-calls.ts";

export interface SummarizeSources {
  readonly readerEntry: string;
  readonly clock: Clock;
  /** This server's own address. */
  readonly url: () => string;
}

/** Each may take as much memory as reading may take. */
const mostReaders = 4;

/** `POST /api/v1/summarize`: reads what was sent, and calls models as whoever sent it. */
export function makeSummarize({ readerEntry, clock, url }: SummarizeSources): Summarize {
  let readers = 0;
  const read = async (body: CreateSummary, signal: AbortSignal): Promise<readonly Atom[]> => {
    if (readers === mostReaders)
      throw new BerthError(
        "too_many_waiting",
        `${mostReaders} others' documents are being read; try again soon`,
      );
    readers += 1;
    try {
      return await readInProcess(await filesOf(body), { entry: readerEntry, clock }, signal);
    } finally {
      readers -= 1;
    }
  };
  return async (body, caller, { requestId, signal }) => {
    const { model, parallel, maxOutputTokens, partTokens, contextTokens, ask, instruction } = body;
    const calls = loopbackCalls({ url: url(), credentials: credentialsOf(caller), requestId });
    const world = { calls, clock, random: Math.random };
    const job = {
      model,
      wish:
        ask === undefined
          ? ({ kind: "summary", instruction } as const)
          : ({ kind: "ask", question: ask } as const),
      read: (reading: AbortSignal) => read(body, reading),
      parallel,
      maxOutputTokens,
      partTokens,
      contextTokens,
    };
    const prepared = await prepareSummary(job, world, signal);
    return asEvents(runSummary(prepared, world, signal));
  };
}

async function filesOf({ file = [], texts = [] }: CreateSummary): Promise<readonly DocumentFile[]> {
  const sent = file.map(async (each) => ({
    name: each.name,
    bytes: new Uint8Array(await each.arrayBuffer()),
  }));
  return [
    ...(await Promise.all(sent)),
    ...texts.map(({ name, text }) => ({ name, bytes: Buffer.from(text) })),
  ];
}

/** What shows who calls, and nothing else. */
function credentialsOf(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const shown: Record<string, string> = {};
  for (const name of ["authorization", "x-api-key", "cookie", csrfHeader]) {
    const value = headers[name];
    if (typeof value === "string") shown[name] = value;
  }
  return shown;
}

/** What goes wrong after the first event is one more, the last. */
async function* asEvents(events: AsyncIterable<SummaryEvent>): AsyncGenerator<string, void, undefined> {
  try {
    for await (const event of events) yield `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  } catch (error) {
    if (!isBerthError(error)) throw error;
    yield `event: error\ndata: ${JSON.stringify(error.toBody())}\n\n`;
  }
}
