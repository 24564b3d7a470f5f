import type { IncomingHttpHeaders } from "node:http";
import { BerthError, csrfHeader, isBerthError, type CreateSummary, type SummaryEvent } from "@berth/api";
import type { LimitBook, Principal } from "@berth/gateway";
import type { Clock } from "@berth/std/clock";
import { prepareSummary, readInProcess, runSummary, type Atom, type DocumentFile } from "@berth/summarize";
import type { Summarize } from "../http/management.ts";
import { loopbackCalls } from "./loopback-calls.ts";

export interface SummarizeSources {
  readonly readerEntry: string;
  readonly clock: Clock;
  readonly limits: Pick<LimitBook, "admit">;
  /** This server's own address. */
  readonly url: () => string;
}

/** Each may take as much memory as reading may take. */
const mostReaders = 4;
/** For nothing: whoever has a token left may have documents read. */
const leastNeed = { tokensAtMost: 1, costAtMostUsd: 0, gpuSecondsAtMost: 0 };
const nothing = { tokens: 0, costUsd: 0, gpuSeconds: 0 };

/** `POST /api/v1/summarize`: reads what was sent, and calls models as whoever sent it. */
export function makeSummarize({ readerEntry, clock, limits, url }: SummarizeSources): Summarize {
  /** Whose documents are being read. */
  const readers: Principal[] = [];
  const read = async (
    body: CreateSummary,
    principal: Principal,
    signal: AbortSignal,
  ): Promise<readonly Atom[]> => {
    const { keyId, scopes } = principal;
    // no key keeps all others waiting; who manages Berth is trusted
    if (!scopes.includes("admin") && readers.some((reader) => reader.keyId === keyId))
      throw new BerthError(
        "too_many_waiting",
        "other documents of this key are being read: send these when it is done",
      );
    if (readers.length === mostReaders)
      throw new BerthError(
        "too_many_waiting",
        `${mostReaders} others' documents are being read; try again soon`,
      );
    // the models are called under the key's limits, too: that would be told after all the reading
    const nowMs = clock.now();
    const decision = limits.admit(principal, leastNeed, nowMs);
    if (decision.kind === "refused") throw decision.error;
    readers.push(principal);
    try {
      return await readInProcess(await filesOf(body), { entry: readerEntry, clock }, signal);
    } finally {
      readers.splice(readers.indexOf(principal), 1);
      decision.admission.settle(nothing, nowMs);
    }
  };
  return async (body, { principal, headers }, { requestId, signal }) => {
    const { model, parallel, maxOutputTokens, partTokens, contextTokens, ask, instruction } = body;
    const calls = loopbackCalls({ url: url(), credentials: credentialsOf(headers), requestId });
    const world = { calls, clock, random: Math.random };
    const job = {
      model,
      wish:
        ask === undefined
          ? ({ kind: "summary", instruction } as const)
          : ({ kind: "ask", question: ask } as const),
      read: (reading: AbortSignal) => read(body, principal, reading),
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
