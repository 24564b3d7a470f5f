import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { readContent } from "./hub-double-content.ts";
import type { HubFaultKind } from "./hub-double-faults.ts";
import type { PreparedFile } from "./hub-double-repo.ts";

const chunkBytes = 64 * 1024;

/** Sends the file, or the range of it that was asked for, with the faults; `count` hears of the bytes as they go. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: PreparedFile,
  etag: string,
  faults: readonly HubFaultKind[],
  count: (bytes: number) => void,
): Promise<void> {
  const asked = faults.some((fault) => fault.kind === "ignore-range") ? null : askedRange(request, etag);
  response.setHeader("ETag", etag);
  response.setHeader("Accept-Ranges", "bytes");
  if (asked !== null && asked.start >= file.sizeBytes) {
    response.writeHead(416, { "Content-Range": `bytes */${file.sizeBytes}` }).end();
    return;
  }
  const start = asked?.start ?? 0;
  const end = Math.min(file.sizeBytes, asked?.end ?? file.sizeBytes);
  response.setHeader("Content-Length", end - start);
  if (asked !== null) response.setHeader("Content-Range", `bytes ${start}-${end - 1}/${file.sizeBytes}`);
  response.writeHead(asked === null ? 200 : 206);
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  await sendBytes(response, file, { start, end }, faults, count);
}

function askedRange(request: IncomingMessage, etag: string): { start: number; end: number | null } | null {
  const ifRange = request.headers["if-range"];
  if (ifRange !== undefined && ifRange !== etag) return null;
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  if (match === null) return null;
  return { start: Number(match[1]), end: match[2] === "" ? null : Number(match[2]) + 1 };
}

async function sendBytes(
  response: ServerResponse,
  file: PreparedFile,
  range: { start: number; end: number },
  faults: readonly HubFaultKind[],
  count: (bytes: number) => void,
): Promise<void> {
  const limits = faults.flatMap((fault) => ("afterBytes" in fault ? [fault] : []));
  const stop = Math.min(range.end, ...limits.map((fault) => range.start + fault.afterBytes));
  const wrongAt = faults.some((fault) => fault.kind === "wrong-byte")
    ? Math.floor((range.start + range.end) / 2)
    : -1;
  const rate = faults.find((fault) => fault.kind === "slow")?.bytesPerSecond;
  const began = performance.now();
  for (let at = range.start; at < stop && !response.destroyed; at += chunkBytes) {
    const end = Math.min(stop, at + chunkBytes);
    const bytes = readContent(file.content, at, end);
    if (wrongAt >= at && wrongAt < end) bytes[wrongAt - at] = (bytes[wrongAt - at] ?? 0) ^ 0xff;
    const flows = response.write(bytes);
    count(bytes.length);
    if (!flows) await drained(response);
    if (rate !== undefined) {
      const dueMs = ((end - range.start) / rate) * 1000;
      await sleep(Math.max(0, dueMs - (performance.now() - began)));
    }
  }
  if (stop === range.end) response.end();
  else if (limits.some((fault) => fault.kind === "cut")) response.destroy();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.once("drain", done);
    response.once("close", done);
  });
}
