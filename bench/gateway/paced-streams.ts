import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { commonClock, eventsPerSecond, longestStamp, stampPattern } from "./paced-event.ts";
import { requestBytes, type Target } from "./request.ts";

const lateMs = 100;
/** They are opened in so many steps, so that what is measured is streams and not the crowd at the door. */
const openingSteps = 40;
const openingStepMs = 50;
const eventsEach = 160;
const graceMs = 5_000;

/** What became of so many streams at once. */
export interface PacedResult {
  readonly streams: number;
  readonly events: number;
  readonly lost: number;
  /** Later than 100 ms after the upstream wrote them. */
  readonly late: number;
  readonly latestMs: number;
  /** By which the upstream itself was behind: above 100 ms the machine cannot carry this many. */
  readonly upstreamLateMs: number;
}

export function isHeld({ lost, late }: PacedResult): boolean {
  return lost === 0 && late === 0;
}

/** Opens streams of 20 events a second, 8 s each, and looks at every event. */
export async function pacedStreams(target: Target, streams: number): Promise<PacedResult> {
  const bytes = requestBytes(target, { kind: "paced", events: eventsEach });
  const signal = AbortSignal.timeout(
    (eventsEach / eventsPerSecond) * 1000 + openingSteps * openingStepMs + graceMs,
  );
  const seen = { received: 0, late: 0, latest: 0, upstreamLate: 0 };
  const open: Promise<void>[] = [];
  for (let step = 1; step <= openingSteps; step += 1) {
    while (open.length < (streams * step) / openingSteps)
      open.push(readOne(target.port, bytes, seen, signal));
    await sleep(openingStepMs);
  }
  await Promise.all(open);
  const events = streams * eventsEach;
  return {
    streams,
    events,
    lost: events - seen.received,
    late: seen.late,
    latestMs: seen.latest / 1000,
    upstreamLateMs: seen.upstreamLate,
  };
}

interface Seen {
  received: number;
  late: number;
  latest: number;
  upstreamLate: number;
}

/** Resolves when the stream is over, however it ended. */
function readOne(port: number, bytes: Buffer, seen: Seen, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let rest = "";
    const destroy = (): void => void socket.destroy();
    signal.addEventListener("abort", destroy);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      signal.removeEventListener("abort", destroy);
      resolve();
    });
    socket.on("data", (piece: Buffer) => {
      const text = rest + piece.toString("latin1");
      const refused = text.startsWith("HTTP/1.1") && !text.startsWith("HTTP/1.1 200");
      const now = commonClock();
      let readTo = 0;
      for (const match of text.matchAll(stampPattern)) {
        readTo = match.index + match[0].length;
        const took = now - Number(match[1]);
        seen.received += 1;
        if (took > lateMs * 1000) seen.late += 1;
        if (took > seen.latest) seen.latest = took;
        seen.upstreamLate = Math.max(seen.upstreamLate, Number(match[2]));
      }
      rest = text.slice(Math.max(readTo, text.length - longestStamp));
      if (refused || text.includes("[DONE]")) socket.destroy();
    });
    socket.write(bytes);
  });
}

const ladder = [32, 128, 512, 1_000, 2_000];

/** Ever more streams until some event is late or lost, or to the end all the same. */
export async function climb(target: Target, toTheEnd: boolean): Promise<readonly PacedResult[]> {
  const results: PacedResult[] = [];
  for (const streams of ladder) {
    const result = await pacedStreams(target, streams);
    results.push(result);
    if (!isHeld(result) && !toTheEnd) break;
  }
  return results;
}
